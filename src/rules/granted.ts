import type { AuditReport } from '#model/audit-report';
import type { Capability, CapabilityUse } from '#model/capability';
import type { FlatPolicy } from '#model/policy';
import { coversCapability } from './patterns.ts';

/** What a policy says about one capability, and in which of its lines. */
export interface Grant {
  readonly ruling: 'deny' | 'review' | 'allow' | 'imply' | 'unlisted';
  /** Path in the flattened policy, such as `capabilities.deny[0]`. */
  readonly policyPath?: string;
}

const STRICTEST_FIRST = ['deny', 'review', 'allow', 'imply'] as const;

/** Deny wins over review over allow; what no line covers is unlisted. */
export function rulingOn(capability: Capability, policy: FlatPolicy): Grant {
  for (const ruling of STRICTEST_FIRST) {
    const index = policy.capabilities?.[ruling]?.findIndex((pattern) => coversCapability(pattern, capability)) ?? -1;
    if (index !== -1) return { ruling, policyPath: `capabilities.${ruling}[${index}]` };
  }
  return { ruling: 'unlisted' };
}

/**
 * The capabilities that code in this module can reach under the policy's assumptions: where the host may write tables,
 * an open edge leaves only the import list as a bound.
 */
export function reachableUses(report: AuditReport, policy: FlatPolicy): readonly CapabilityUse[] {
  const unbounded = report.facts.reachability.open && policy.assume?.hostWritesTables !== false;
  return unbounded ? report.capabilities : report.capabilities.filter((use) => use.reachable);
}
