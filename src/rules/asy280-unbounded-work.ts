import type { ReadRule } from './rule.ts';

export const unboundedWork: ReadRule = {
  info: {
    id: 'ASY280',
    name: 'unbounded-work',
    row: 28,
    short: 'The module has loops, so only the host can bound how long it runs',
    help: 'Whether a loop ends cannot be told from the bytes. Hosts bound the time with fuel, epochs or a deadline. Practically all code has loops, so the presets leave this silent; a policy may raise it.',
    certainty: 'certain',
    level: 'none',
    action: 'Run it under fuel, epochs or a deadline.',
    since: '1',
  },
  read: ({ facts }) => {
    const loops = facts.counts.loops ?? 0;
    return loops === 0 ? [] : [{ message: `has ${loops} loops`, locations: [{ section: 'code' }] }];
  },
};
