import { listed, quote } from './clip.ts';
import type { ReadRule } from './rule.ts';
import { startLocations, startReach } from './start-reach.ts';

export const startReachesOutside: ReadRule = {
  info: {
    id: 'ASY220',
    name: 'start-reaches-outside',
    row: 22,
    short: 'The start section calls into files, network or processes',
    help: 'The start section runs when the module is instantiated, before the host has asked for anything, so nothing that a user did can explain an effect. Over direct calls alone it reaches functions of these classes. Reactors begin with _initialize instead, which the host calls when it is ready.',
    certainty: 'sound',
    level: 'error',
    action: 'Move the call into an exported function that the host calls, and drop the start section.',
    since: '1',
  },
  read: (context) => {
    const { direct } = startReach(context);
    if (direct.length === 0) return [];
    return [
      {
        message: `the start section calls ${listed(direct.map((name) => quote(name)))} before any export is called`,
        locations: startLocations(context.facts, direct),
        extent: direct,
      },
    ];
  },
};
