import { reachableUses, rulingOn } from './granted.ts';
import type { CompareRule } from './rule.ts';
import { describeUse, useLocations } from './describe-use.ts';

export const capabilityDenied: CompareRule = {
  info: {
    id: 'ASY120',
    name: 'capability-denied',
    row: 12,
    short: 'The code reaches a capability that the policy denies',
    help: 'Each import stands for a capability by the published table (files, network, clock …). The policy denies this one outright, and code that the host may call can reach it.',
    certainty: 'sound',
    level: 'error',
    action: 'Remove what reaches it; the policy grants it to no plugin.',
    since: '1',
  },
  compare: ({ report, policy: { flat } }) =>
    reachableUses(report, flat).flatMap((use) => {
      const grant = rulingOn(use.capability, flat);
      if (grant.ruling !== 'deny' || grant.policyPath === undefined) return [];
      return [
        {
          subject: use.capability,
          message: `${describeUse(use, report.facts)}, which the policy denies`,
          locations: useLocations(use, report.facts),
          extent: use.imports,
          policyPath: grant.policyPath,
        },
      ];
    }),
};
