import type { CompareRule } from './rule.ts';
import { independentSignals } from './signals.ts';

export const severalSignals: CompareRule = {
  info: {
    id: 'ASY412',
    name: 'independent-signals',
    row: 41,
    short: 'Two independent signals of abuse stand in one module',
    help: 'An unusual address, miner-like code and flattened control flow each have innocent reasons; together they seldom do.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Explain what the plugin does; a reviewer accepts it once.',
    since: '1',
  },
  compare: independentSignals,
};
