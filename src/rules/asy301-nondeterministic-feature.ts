import { listed } from './clip.ts';
import type { ReadRule } from './rule.ts';

const OPEN_RESULTS = ['relaxed-simd', 'threads', 'shared-everything-threads'];

export const nondeterministicFeature: ReadRule = {
  info: {
    id: 'ASY301',
    name: 'nondeterministic-feature',
    row: 30,
    short: 'Instructions whose results may differ from run to run',
    help: 'Relaxed SIMD lets an engine choose among results, and atomics depend on the order of threads.',
    certainty: 'certain',
    level: 'note',
    action: 'Build without relaxed SIMD and threads where runs have to agree.',
    since: '1',
  },
  read: ({ facts }) => {
    const used = facts.features.filter((feature) => OPEN_RESULTS.includes(feature));
    return used.length === 0 ? [] : [{ message: `uses ${listed(used)}`, extent: used }];
  },
};
