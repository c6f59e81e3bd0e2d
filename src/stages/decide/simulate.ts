import { OUTCOMES, type Outcome } from '#model/verdict';
import type { EffectivePolicy } from '#model/policy';
import { type DecideInput, weigh } from './decide.ts';

/** What is stored about one version: everything that decide takes but the policy. */
export type StoredCase = Omit<DecideInput, 'policy'> & {
  /** What to call it in the table: `acme/greet 1.4.0`. */
  readonly label: string;
};

/** A version whose outcome changes, and the rules that change it. */
export interface Flip {
  readonly label: string;
  readonly before: Outcome;
  readonly after: Outcome;
  /** Rules that ask for more than approve now and did not before, and the other way round. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export interface Simulation {
  readonly cases: number;
  /** `counts[before][after]` over all cases. */
  readonly counts: Readonly<Record<Outcome, Readonly<Record<Outcome, number>>>>;
  readonly flips: readonly Flip[];
}

/** Decides every stored case under two policies and tells what flips. Pure; nothing is audited again. */
export function simulate(before: EffectivePolicy, after: EffectivePolicy, cases: Iterable<StoredCase>): Simulation {
  const counts = {
    approve: { approve: 0, flag: 0, reject: 0 },
    flag: { approve: 0, flag: 0, reject: 0 },
    reject: { approve: 0, flag: 0, reject: 0 },
  };
  const flips: Flip[] = [];
  let total = 0;
  for (const { label, ...stored } of cases) {
    total += 1;
    const [old, fresh] = [outcomeUnder(stored, before), outcomeUnder(stored, after)];
    counts[old.outcome][fresh.outcome] += 1;
    if (old.outcome === fresh.outcome) continue;
    flips.push({
      label,
      before: old.outcome,
      after: fresh.outcome,
      gained: [...fresh.rules].filter((rule) => !old.rules.has(rule)),
      lost: [...old.rules].filter((rule) => !fresh.rules.has(rule)),
    });
  }
  return { cases: total, counts, flips: worstFirst(flips) };
}

/** The simulation of all cases from those of its parts, in the parts' order. */
export function joinSimulations(parts: readonly Simulation[]): Simulation {
  const sum = (before: Outcome, after: Outcome): number =>
    parts.reduce((total, { counts }) => total + counts[before][after], 0);
  const row = (before: Outcome): Record<Outcome, number> => ({
    approve: sum(before, 'approve'),
    flag: sum(before, 'flag'),
    reject: sum(before, 'reject'),
  });
  return {
    cases: parts.reduce((total, { cases }) => total + cases, 0),
    counts: { approve: row('approve'), flag: row('flag'), reject: row('reject') },
    flips: worstFirst(parts.flatMap(({ flips }) => flips)),
  };
}

function worstFirst(flips: readonly Flip[]): Flip[] {
  const severity = (flip: Flip): number => OUTCOMES.indexOf(flip.after);
  return flips.toSorted((a, b) => severity(b) - severity(a));
}

function outcomeUnder(
  stored: Omit<DecideInput, 'policy'>,
  policy: EffectivePolicy,
): { outcome: Outcome; rules: Set<string> } {
  const { decision } = weigh({ ...stored, policy });
  const rules = decision.reasons.filter((reason) => reason.outcome !== 'approve').map((reason) => reason.rule);
  return { outcome: decision.outcome, rules: new Set(rules) };
}
