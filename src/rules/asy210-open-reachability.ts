import { listed } from './clip.ts';
import type { ReadRule } from './rule.ts';

// A component shares no table with its host; it is open where its own linking cannot be followed.
const COMPONENT_ACTION =
  'Link the component with current tools (wasm-tools component new, wac); until its linking can be followed, every export counts as reaching every import.';

export const openReachability: ReadRule = {
  info: {
    id: 'ASY210',
    name: 'open-reachability',
    row: 21,
    short: 'Calls may be added that cannot be seen, so reachability is bounded by the import list only',
    help: 'Which export reaches which import is a sound over-approximation as long as nobody else writes the module’s tables or hands it function references. Where a table is exported or imported the host could; presets assume that it does not (assume.hostWritesTables: false), and the verdict records the assumption. A component is open where its parts are linked in a way that cannot be followed; then every export counts as reaching every import.',
    certainty: 'sound',
    level: 'note',
    action: 'Do not export or import the function table where the host needs none.',
    since: '1',
  },
  read: ({ facts }) =>
    facts.reachability.open
      ? [
          {
            message: `reachability is open: ${listed(facts.reachability.openReasons, 3)}`,
            extent: facts.reachability.openReasons,
            ...(facts.kind === 'component' ? { action: COMPONENT_ACTION } : {}),
          },
        ]
      : [],
};
