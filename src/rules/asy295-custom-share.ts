import type { CompareRule } from './rule.ts';

export const customShare: CompareRule = {
  info: {
    id: 'ASY295',
    name: 'custom-share-over-budget',
    row: 29,
    short: 'Custom sections are a larger share of the file than the policy allows',
    help: 'The policy sets limits.customSectionShare. Custom sections run nowhere and are downloaded everywhere.',
    certainty: 'certain',
    level: 'error',
    action: 'Strip the custom sections that users do not need.',
    since: '1',
  },
  compare: ({ report: { facts }, policy: { flat } }) => {
    const most = flat.limits?.customSectionShare;
    if (most === undefined) return [];
    const custom = facts.sections.filter((section) => section.custom !== undefined);
    const share = custom.reduce((sum, section) => sum + section.size, 0) / Math.max(1, facts.size);
    if (share <= most) return [];
    const percent = Math.ceil(100 * share);
    return [
      {
        message: `custom sections are ${percent} % of the file; the policy allows ${Math.round(100 * most)} %`,
        counts: { percent },
        policyPath: 'limits.customSectionShare',
      },
    ];
  },
};
