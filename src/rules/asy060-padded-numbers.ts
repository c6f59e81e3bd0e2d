import type { ReadRule } from './rule.ts';

export const paddedNumbers: ReadRule = {
  info: {
    id: 'ASY60',
    name: 'padded-numbers',
    row: 6,
    short: 'Numbers are encoded longer than they need to be',
    help: 'Linkers pad LEB128 numbers that they fill in later (11 of 104 modules have padded section sizes). The same module can then be written in several ways, which matters only where bytes are compared.',
    certainty: 'certain',
    level: 'note',
    action: 'Nothing to do; wasm-opt rewrites them where it matters.',
    since: '1',
  },
  read: ({ facts }) => {
    const padded = facts.oddities.filter(({ what }) => what === 'padded-number');
    if (padded.length === 0) return [];
    return [
      {
        message: `${padded.length === 1 ? 'a number is' : `${padded.length} numbers are`} encoded with padding`,
        locations: padded.map(({ offset }) => ({ offset })),
        extent: [],
      },
    ];
  },
};
