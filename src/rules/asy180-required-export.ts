import { quote } from './clip.ts';
import { showSignature } from './host-abi/signature.ts';
import { fitsType, matchesGlob, patternName, patternType } from './patterns.ts';
import type { CompareDraft, CompareRule } from './rule.ts';

export const requiredExport: CompareRule = {
  info: {
    id: 'ASY180',
    name: 'required-export',
    row: 18,
    short: 'An export that the policy requires is missing or has another signature',
    help: 'The policy lists under exports.require what a host will call. A plugin without it loads and then fails.',
    certainty: 'certain',
    level: 'error',
    action: 'Export it, with the signature that the policy names.',
    since: '1',
  },
  compare: ({ report: { facts }, policy: { flat } }) =>
    (flat.exports?.require ?? []).flatMap((pattern, index): CompareDraft[] => {
      const name = patternName(pattern);
      const found = facts.exports.filter((item) => matchesGlob(name, item.name));
      if (found.some(({ type }) => fitsType(pattern, type))) return [];
      const wanted = patternType(pattern);
      const signature = wanted === undefined ? '' : ` ${showSignature(wanted)}`;
      const what = found.length === 0 ? 'does not export' : 'exports with another signature';
      return [
        {
          subject: name,
          message: `${what} ${quote(name)}${signature}, which the policy requires`,
          locations: found.slice(0, 5).map((item) => ({ offset: item.offset, section: 'export', export: item.name })),
          policyPath: `exports.require[${index}]`,
        },
      ];
    }),
};
