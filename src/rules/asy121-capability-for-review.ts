import { describeUse, useLocations } from './describe-use.ts';
import { importListed, reachableUses, rulingOn } from './granted.ts';
import { importKey } from './import-names.ts';
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
      if (ruling === 'unlisted' && hostFunctionsListed(use.imports, report.facts.imports, flat)) return [];
      const why = ruling === 'review' ? 'which the policy wants reviewed' : 'which the policy does not mention';
      return [
        {
          subject: use.capability,
          message: `${describeUse(use)}, ${why}`,
          locations: useLocations(use),
          extent: use.imports,
          policyPath: policyPath ?? 'capabilities',
        },
      ];
    }),
};

/** A host function that the policy lists by import needs no second line under capabilities. */
function hostFunctionsListed(
  keys: readonly string[],
  imports: readonly { readonly module: string; readonly name: string }[],
  flat: Parameters<typeof importListed>[2],
): boolean {
  if (flat.imports?.allow === undefined) return false;
  const wanted = new Set(keys);
  return imports
    .filter((item) => wanted.has(importKey(item)))
    .every((item) => importListed(item.module, item.name, flat));
}
