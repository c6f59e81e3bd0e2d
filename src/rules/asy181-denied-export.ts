import { quote } from './clip.ts';
import { sameSignature } from './host-abi/signature.ts';
import { matchesGlob, patternName } from './patterns.ts';
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
        .filter(({ name, type }) => {
          if (!matchesGlob(patternName(pattern), name)) return false;
          const wanted = typeof pattern === 'string' ? undefined : pattern.type;
          return wanted === undefined || (type.kind === 'func' && sameSignature(type.type, wanted));
        })
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
