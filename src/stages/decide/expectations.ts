import type { Outcome, Verdict } from '#model/verdict';

/** What a policy's fixture expects of one module or report. */
export interface Expectation {
  readonly name: string;
  readonly outcome: Outcome;
  /** Rules that have to be among the reasons against it. */
  readonly rules?: readonly string[];
}

/** How a verdict differs from what was expected, in sentences; empty when it does not. */
export function unmetBy(expected: Expectation, { decision }: Verdict): string[] {
  const against = new Set(
    decision.reasons.filter((reason) => reason.outcome !== 'approve').map((reason) => reason.rule),
  );
  const unmet =
    decision.outcome === expected.outcome
      ? []
      : [
          `${expected.name}: expected ${expected.outcome}, got ${decision.outcome}${against.size === 0 ? '' : ` because of ${[...against].join(', ')}`}`,
        ];
  for (const rule of expected.rules ?? []) {
    if (!against.has(rule)) unmet.push(`${expected.name}: ${rule} was expected among the reasons`);
  }
  return unmet;
}
