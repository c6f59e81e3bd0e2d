import type { Reason, Verdict } from '#model/verdict';
import { outcomeWord } from './assessment.ts';
import { showSizeChange } from './quantity.ts';
import { visible } from './visible-text.ts';

/** One line of what changed: something came, went, or became other. */
export interface VerdictChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly text: string;
}

const LONGEST = 160;

/**
 * What a newer verdict says that an older one did not, and the other way round: outcome, size, capabilities, and
 * reasons by their fingerprints. Empty when a person would read the same in both.
 */
export function verdictDifference(before: Verdict, after: Verdict): VerdictChange[] {
  const changes: VerdictChange[] = [];
  const [was, is] = [before.decision, after.decision];
  if (was.outcome !== is.outcome) changed(changes, `${outcomeWord(was.outcome)} → ${outcomeWord(is.outcome)}`);
  const [size, newSize] = [sizeOf(before), sizeOf(after)];
  if (size !== newSize) changed(changes, `size ${showSizeChange(size, newSize)}`);
  const used = new Set(was.capabilities.used);
  const using = new Set(is.capabilities.used);
  for (const name of using.difference(used))
    changes.push({ kind: 'added', text: `capability ${visible(name, LONGEST)}` });
  for (const name of used.difference(using)) {
    changes.push({ kind: 'removed', text: `capability ${visible(name, LONGEST)}` });
  }
  const old = byFingerprint(was.reasons);
  const fresh = byFingerprint(is.reasons);
  for (const [fingerprint, reason] of fresh) {
    if (!old.has(fingerprint)) changes.push({ kind: 'added', text: describe(reason) });
    else if (isOther(old.get(fingerprint), reason)) changed(changes, describe(reason));
  }
  for (const [fingerprint, reason] of old) {
    if (!fresh.has(fingerprint)) changes.push({ kind: 'removed', text: describe(reason) });
  }
  return changes;
}

function changed(changes: VerdictChange[], text: string): void {
  changes.push({ kind: 'changed', text });
}

function sizeOf(verdict: Verdict): number {
  return verdict.decision.artifacts.reduce((sum, artifact) => sum + artifact.size, 0);
}

function byFingerprint(reasons: readonly Reason[]): Map<string, Reason> {
  return new Map(reasons.map((reason) => [reason.fingerprint, reason]));
}

function isOther(before: Reason | undefined, after: Reason): boolean {
  return before?.outcome !== after.outcome || before.level !== after.level || before.message !== after.message;
}

function describe({ rule, outcome, message }: Reason): string {
  const asks = outcome === 'approve' ? 'note' : outcomeWord(outcome);
  return `${rule} ${asks}: ${visible(message, LONGEST)}`;
}
