import { listed } from './clip.ts';
import { pagesOf } from './memory-size.ts';
import type { CompareRule } from './rule.ts';

export const grownLimits: CompareRule = {
  info: {
    id: 'ASY383',
    name: 'grown-limits',
    row: 38,
    short: 'This version needs new WebAssembly features or more memory than the last approved one',
    help: 'New features may rule out runtimes that ran the last version; a larger memory may rule out small hosts.',
    certainty: 'certain',
    level: 'note',
    action: 'Nothing to do; the change is recorded.',
    since: '1',
  },
  compare: ({ report, baseline }) => {
    if (baseline === undefined) return [];
    const features = report.facts.features.filter((feature) => !baseline.facts.features.includes(feature));
    const memories = report.facts.memories.flatMap((memory, index) => {
      const old = baseline.facts.memories[index];
      if (old === undefined) return [`a new memory ${index}`];
      const [before, after] = [pagesOf(old.min, old), pagesOf(memory.min, memory)];
      const unbounded =
        old.max !== undefined && memory.max === undefined ? [`memory ${index} has no maximum any more`] : [];
      return after > before
        ? [...unbounded, `memory ${index} starts at ${after} pages instead of ${before}`]
        : unbounded;
    });
    const changes = [...features.map((feature) => `uses ${feature}`), ...memories];
    return changes.length === 0 ? [] : [{ message: listed(changes), extent: changes }];
  },
};
