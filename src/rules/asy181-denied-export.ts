import { quote } from './clip.ts';
import { fitsType, matchesGlob, patternName } from './patterns.ts';
import type { CompareDraft, CompareRule } from './rule.ts';

export const deniedExport: CompareRule = {
  info: {
    id: 'ASY181',
    name: 'denied-export',
    row: 18,
    short: 'The module exports something that the policy denies',
    help: 'The policy lists under exports.deny what a plugin must not offer, for instance names that a host treats specially.',
    certainty: 'certain',
    level: 'error',
    action: 'Do not export it.',
    since: '1',
  },
  compare: ({ report: { facts }, policy: { flat } }) =>
    (flat.exports?.deny ?? []).flatMap((pattern, index) =>
      facts.exports
        .filter(({ name, type }) => matchesGlob(patternName(pattern), name) && fitsType(pattern, type))
        .map(
          (item): CompareDraft => ({
            subject: item.name,
            message: `exports ${quote(item.name)}, which the policy denies`,
            locations: [{ offset: item.offset, section: 'export', export: item.name }],
            extent: [item.name],
            policyPath: `exports.deny[${index}]`,
          }),
        ),
    ),
};
