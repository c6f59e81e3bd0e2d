import type { CompareRule } from './rule.ts';
import { newSignals } from './signals.ts';

export const newSignal: CompareRule = {
  info: {
    id: 'ASY322',
    name: 'new-signal',
    row: 32,
    short: 'An unusual address, mining or obfuscation appeared since the last approved version',
    help: 'What informs by itself (ASY321, ASY410, ASY420) asks a person when a version brings it that had not been there before: that is how a takeover looks.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Say in the release notes what changed; a reviewer accepts it once.',
    since: '1',
  },
  compare: newSignals,
};
