import type { CapabilityUse } from '#model/capability';
import type { FlatPolicy } from '#model/policy';
import { describeUse, useLocations } from './describe-use.ts';
import { reachableUses, rulingOn } from './granted.ts';
import type { CompareDraft, CompareRule } from './rule.ts';

export const capabilityForReview: CompareRule = {
  info: {
    id: 'ASY121',
    name: 'capability-for-review',
    row: 12,
    short: 'The code reaches a capability that a person has to agree to',
    help: 'The policy lists this capability for review, or says nothing about it. Declaring it is right but not enough: a person decides once, and the decision carries to later versions until more is reached.',
    certainty: 'sound',
    level: 'warning',
    action: 'Say in the pull request why the plugin needs it; a reviewer accepts it once.',
    since: '1',
  },
  compare: ({ report, policy: { flat } }) =>
    reachableUses(report, flat).flatMap((use): CompareDraft[] => {
      const { ruling, policyPath } = rulingOn(use.capability, flat);
      if (ruling !== 'review' && ruling !== 'unlisted') return [];
      if (ruling === 'unlisted' && importListSpeaks(use, flat)) return [];
      const why = ruling === 'review' ? 'which the policy wants reviewed' : 'which the policy does not mention';
      return [
        {
          subject: use.capability,
          message: `${describeUse(use, report.facts)}, ${why}`,
          locations: useLocations(use, report.facts),
          extent: use.imports,
          policyPath: policyPath ?? 'capabilities',
        },
      ];
    }),
};

/** Host functions are ruled on one by one where the policy lists imports: those it lacks are refused by ASY100. */
function importListSpeaks({ capability }: CapabilityUse, flat: FlatPolicy): boolean {
  return capability.startsWith('host:') && flat.imports?.allow !== undefined;
}
