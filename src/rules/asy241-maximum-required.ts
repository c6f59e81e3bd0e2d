import { memoryMaximumFix } from './memory-maximum-fix.ts';
import { pagesOf } from './memory-size.ts';
import type { CompareRule } from './rule.ts';

export const maximumRequired: CompareRule = {
  info: {
    id: 'ASY241',
    name: 'maximum-required',
    row: 24,
    short: 'The policy limits memory growth, but a memory has no maximum',
    help: 'The policy sets limits.maximumMemoryPages. A memory that declares no maximum may grow past it.',
    certainty: 'certain',
    level: 'warning',
    action: 'Set a maximum when linking, for instance --max-memory.',
    since: '1',
  },
  compare: ({ report, policy: { flat } }) => {
    const limit = flat.limits?.maximumMemoryPages;
    if (limit === undefined) return [];
    return report.facts.memories.flatMap((memory, index) =>
      memory.max === undefined
        ? [
            {
              subject: `memory ${index}`,
              message: `memory ${index} has no maximum; the policy allows at most ${limit} pages`,
              locations: [{ section: memory.imported ? 'import' : 'memory' }],
              policyPath: 'limits.maximumMemoryPages',
              // A maximum below what the memory begins with does not link.
              ...(Number(pagesOf(memory.min, memory)) > limit
                ? {}
                : { fix: memoryMaximumFix(limit, `set a maximum of ${limit} pages`) }),
            },
          ]
        : [],
    );
  },
};
