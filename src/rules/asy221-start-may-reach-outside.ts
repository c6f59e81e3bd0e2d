import { listed, quote } from './clip.ts';
import type { ReadRule } from './rule.ts';
import { startLocations, startReach } from './start-reach.ts';

export const startMayReachOutside: ReadRule = {
  info: {
    id: 'ASY221',
    name: 'start-may-reach-outside',
    row: 22,
    short: 'The start section may reach files, network or processes through a table',
    help: 'Over indirect calls the start section can reach functions of these classes. The analysis over-approximates: every table entry of the right type counts, so a person looks before anything is refused.',
    certainty: 'sound',
    level: 'warning',
    action: 'Keep indirect calls out of the start section, or move its work into an exported function.',
    since: '1',
  },
  read: (context) => {
    const { indirect } = startReach(context);
    if (indirect.length === 0) return [];
    return [
      {
        message: `the start section may reach ${listed(indirect.map((name) => quote(name)))} through an indirect call`,
        locations: startLocations(context.facts, indirect),
        extent: indirect,
      },
    ];
  },
};
