import type { ReadRule } from './rule.ts';

export const nestedModule: ReadRule = {
  info: {
    id: 'ASY91',
    name: 'nested-modules',
    row: 9,
    short: 'The component holds modules or components',
    help: 'Components are made of core modules; each was decoded and validated too. How deep they may nest is limits.nestingDepth.',
    certainty: 'certain',
    level: 'none',
    action: 'Nothing to do.',
    since: '1',
  },
  read: ({ facts }) => {
    if (facts.nested.length === 0) return [];
    const depth = facts.nested.reduce((deepest, inner) => Math.max(deepest, inner.depth), 0);
    return [
      {
        message: `holds ${facts.nested.length} modules and components, ${depth} deep`,
        // By number only: what they are made of is no payload but audited itself, by all rules.
        counts: { depth, inner: facts.nested.length },
      },
    ];
  },
};
