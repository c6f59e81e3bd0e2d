import type { Decision } from '#model/verdict';
import { type Assessment, outcomeWord, remarksOf } from './assessment.ts';
import { showCount, showSize, showSizeChange } from './quantity.ts';
import { visible } from './visible-text.ts';

const SHOWN_CAPABILITIES = 6;

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
  const open = remarksOf(assessment);
  const errors = open.filter((remark) => remark.severity === 'reject').length;
  const warnings = open.filter((remark) => remark.severity === 'flag').length;
  if (errors > 0) return `audited, ${showCount(errors, 'error')}`;
  return warnings > 0 ? `audited, ${showCount(warnings, 'warning')}` : 'audited, clean';
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
  return decision?.artifacts.map((artifact) => artifact.build) ?? [];
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
    const change = [...added.map((name) => `+${name}`), ...removed.map((name) => `−${name}`)];
    const note = change.length > 0 ? change.map((name) => visible(name, 60)).join(' ') : 'unchanged';
    return verdict.decision.baseline === undefined ? list(used) : `${list(used)} (${note})`;
  }
  return list(
    reports.flatMap((report) => report.capabilities.filter((use) => use.reachable).map((use) => use.capability)),
  );
}

function list(capabilities: readonly string[]): string {
  const names = [...new Set(capabilities)];
  if (names.length === 0) return 'no capabilities';
  const shown = names.slice(0, SHOWN_CAPABILITIES).map((name) => visible(name, 60));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
