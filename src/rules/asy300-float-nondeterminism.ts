import type { ReadRule } from './rule.ts';

export const floatNondeterminism: ReadRule = {
  info: {
    id: 'ASY300',
    name: 'float-nondeterminism',
    row: 30,
    short: 'Floating-point code, whose NaN bits may differ between engines',
    help: 'WebAssembly leaves the sign and payload of a NaN open, so two engines may compute different bits. It matters only where every node has to agree; the consensus preset refuses it.',
    certainty: 'certain',
    level: 'none',
    action: 'Use integers or fixed point, or a build that canonicalises NaNs.',
    since: '1',
  },
  read: ({ facts }) => {
    const floats = facts.counts.floats ?? 0;
    return floats === 0
      ? []
      : [{ message: `has ${floats} floating-point operators`, locations: [{ section: 'code' }] }];
  },
};
