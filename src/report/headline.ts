import type { Decision } from '#model/verdict';
import { type Assessment, outcomeWord, remarksOf } from './assessment.ts';
import { showCount, showSize, showSizeChange } from './quantity.ts';
import { visible } from './visible-text.ts';

const SHOWN_FUNCTIONS = 3;
const NONE = 'no capabilities';

/**
 * The one line that says it all, and the first line of every report:
 * `approved · acme/greet 1.4.0 · 212 kB (+3) · stdio (unchanged)`. Plain text without control or bidi characters;
 * escape it for the format it goes into.
 */
export function headline(assessment: Assessment): string {
  return headlineParts(assessment).join(' · ');
}

/** The same in pieces: what came of it, what it is about, its size, its capabilities. */
export function headlineParts(assessment: Assessment): [outcome: string, subject: string, size: string, uses: string] {
  return [outcomePart(assessment), subjectPart(assessment), sizePart(assessment), capabilityPart(assessment)];
}

function outcomePart(assessment: Assessment): string {
  if (assessment.verdict !== undefined) return outcomeWord(assessment.verdict.decision.outcome);
  const found = remarksOf(assessment).map(({ severity }) => severity);
  for (const [severity, noun] of [
    ['reject', 'error'],
    ['flag', 'warning'],
    ['note', 'note'],
  ] as const) {
    const count = found.filter((candidate) => candidate === severity).length;
    if (count > 0) return `audited, ${showCount(count, noun)}`;
  }
  return 'audited, clean';
}

function subjectPart({ reports, verdict }: Assessment): string {
  const plugin = verdict?.decision.plugin;
  if (plugin !== undefined) return visible(`${plugin.name} ${plugin.version}`);
  const names = reports.length > 0 ? reports.map((report) => report.subject.name) : builds(verdict?.decision);
  const [first] = names;
  if (first === undefined) return 'nothing';
  return names.length === 1 ? visible(first, 80) : `${visible(first, 80)} and ${showCount(names.length - 1, 'other')}`;
}

function builds(decision: Decision | undefined): string[] {
  return decision?.artifacts.map(({ build, digest }) => build || digest.slice(0, 19)) ?? [];
}

function sizePart({ reports, verdict }: Assessment): string {
  const sizes = (verdict?.decision.artifacts ?? reports.map((report) => report.subject)).map((item) => item.size);
  const [only] = sizes;
  if (only === undefined || sizes.length > 1) {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return `${showCount(sizes.length, 'artifact')}, ${showSize(total)}`;
  }
  const baseline = verdict?.decision.baseline;
  return baseline === undefined ? showSize(only) : `${showSize(only)} (${showSizeChange(baseline.size, only)})`;
}

function capabilityPart({ reports, verdict }: Assessment): string {
  if (verdict !== undefined) {
    const { used, added, removed } = verdict.decision.capabilities;
    const change = [...list(added, '+'), ...list(removed, '−')];
    const note = change.length > 0 ? change.join(' ') : 'unchanged';
    const uses = list(used, '').join(', ') || NONE;
    return verdict.decision.baseline === undefined ? uses : `${uses} (${note})`;
  }
  const uses = reports.flatMap((report) => report.capabilities.filter(({ reachable }) => reachable));
  return (
    list(
      uses.map(({ capability }) => capability),
      '',
    ).join(', ') || NONE
  );
}

/** Classes by name; functions of the host by name while they are few, else their number. */
function list(capabilities: readonly string[], sign: string): string[] {
  const names = [...new Set(capabilities)];
  const classes = names.filter((name) => !name.startsWith('host:'));
  const functions = names.filter((name) => name.startsWith('host:'));
  const shown = functions.length > SHOWN_FUNCTIONS ? [showCount(functions.length, 'host function')] : functions;
  return [...classes, ...shown].map((name) => sign + visible(name, 60));
}
