import type { ReadRule } from './rule.ts';

export const growInLoop: ReadRule = {
  info: {
    id: 'ASY260',
    name: 'grow-in-loop',
    row: 26,
    short: 'Memory or a table grows inside a loop',
    help: 'Growing in a loop is how a memory bomb works, and how some allocators do too. The host’s memory limit is what bounds it.',
    certainty: 'heuristic',
    level: 'note',
    action: 'Set a memory maximum.',
    since: '1',
  },
  read: ({ facts }) => {
    const grows = facts.counts.growInLoops ?? 0;
    return grows === 0
      ? []
      : [{ message: `grows memory or a table inside a loop in ${grows} places`, counts: { grows } }];
  },
};
