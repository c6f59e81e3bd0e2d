import { listed } from './clip.ts';
import type { ReadRule } from './rule.ts';

export const openReachability: ReadRule = {
  info: {
    id: 'ASY210',
    name: 'open-reachability',
    row: 21,
    short: 'Code outside the module could add calls, so reachability is bounded by the import list only',
    help: 'Which export reaches which import is a sound over-approximation as long as nobody else writes the module’s tables or hands it function references. Where a table is exported or imported the host could; presets assume that it does not (assume.hostWritesTables: false), and the verdict records the assumption.',
    certainty: 'sound',
    level: 'note',
    action: 'Do not export or import the function table where the host needs none.',
    since: '1',
  },
  read: ({ facts }) =>
    facts.reachability.open
      ? [{ message: `reachability is open: ${listed(facts.reachability.openReasons, 3)}`, extent: [] }]
      : [],
};
