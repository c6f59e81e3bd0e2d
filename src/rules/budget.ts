import type { FindingLocation } from '#model/audit-report';
import type { LimitSettings, Level } from '#model/policy';
import type { AuditReport } from '#model/audit-report';
import type { CompareDraft, CompareRule, RuleInfo } from './rule.ts';

/** One number of a module that a policy may limit. */
export interface Measured {
  /** What is measured, for a sentence: `memory 0 starts at`, `the file has`. */
  readonly what: string;
  readonly amount: bigint;
  readonly unit: string;
  readonly subject?: string;
  readonly location?: FindingLocation;
}

type BudgetInfo = Pick<RuleInfo, 'id' | 'name' | 'row' | 'short' | 'help' | 'action'> & { readonly level?: Level };

/** A rule that refuses what is over a limit of the policy; all budget rules share this one mechanism. */
export function budgetRule(
  limit: Exclude<keyof LimitSettings, 'customSectionShare'>,
  info: BudgetInfo,
  measure: (report: AuditReport) => readonly Measured[],
): CompareRule {
  return {
    info: { level: 'error', certainty: 'certain', since: '1', ...info },
    compare: ({ report, policy: { flat } }) => {
      const most = flat.limits?.[limit];
      if (most === undefined) return [];
      return measure(report)
        .filter(({ amount }) => amount > BigInt(most))
        .map(
          ({ what, amount, unit, subject, location }): CompareDraft => ({
            subject: subject ?? '',
            message: `${what} ${amount} ${unit}; the policy allows ${most}`,
            locations: location === undefined ? [] : [location],
            counts: { [subject ?? limit]: amount },
            policyPath: `limits.${limit}`,
          }),
        );
    },
  };
}

/** What several memories or tables start at together; one alone is measured by itself. */
export function together(what: 'memories' | 'tables', unit: string, amounts: readonly bigint[]): Measured[] {
  if (amounts.length < 2) return [];
  const amount = amounts.reduce((sum, one) => sum + one, 0n);
  const section = what === 'memories' ? 'memory' : 'table';
  return [{ what: `${amounts.length} ${what} together start at`, amount, unit, subject: what, location: { section } }];
}
