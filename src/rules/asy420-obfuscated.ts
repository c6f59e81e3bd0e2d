import type { ReadRule } from './rule.ts';

/** Branch tables for each thousand operators; interpreters and generated parsers stay below, flattened code lies above. */
const FLATTENED = 20;
const ENOUGH = 5_000;

export const obfuscated: ReadRule = {
  info: {
    id: 'ASY420',
    name: 'obfuscated',
    row: 42,
    short: 'The code looks flattened or otherwise hidden from readers',
    help: 'Control-flow flattening turns every function into a loop around a branch table. Interpreters and state machines have some of that shape, so this informs; it asks a person when it is new since the last approved version or stands beside another signal (ASY412).',
    certainty: 'heuristic',
    level: 'note',
    action: 'Publish what the source builds, unflattened.',
    since: '1',
  },
  read: ({ facts }) => {
    const { operators, branchTables = 0, loops = 0 } = facts.counts;
    const rate = (1000 * branchTables) / Math.max(1, operators);
    if (operators < ENOUGH || rate < FLATTENED || loops < branchTables / 2) return [];
    return [
      {
        message: `${Math.round(rate)} branch tables for each thousand operators: the control flow looks flattened`,
        extent: ['flattened'],
      },
    ];
  },
};
