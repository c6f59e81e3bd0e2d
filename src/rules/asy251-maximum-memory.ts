import { budgetRule } from './budget.ts';
import { pagesOf } from './memory-size.ts';

export const maximumMemory = budgetRule(
  'maximumMemoryPages',
  {
    id: 'ASY251',
    name: 'maximum-memory-over-budget',
    row: 25,
    short: 'A memory may grow further than the policy allows',
    help: 'The maximum is what the module may claim while it runs. A memory without a maximum is ASY241.',
    action: 'Lower the maximum (--max-memory, --maximumMemory, -sMAXIMUM_MEMORY).',
  },
  ({ facts }) =>
    facts.memories.flatMap((memory, index) =>
      memory.max === undefined
        ? []
        : [
            {
              what: `memory ${index} may grow to`,
              amount: pagesOf(memory.max, memory),
              unit: 'pages',
              subject: `memory ${index}`,
              location: { section: memory.imported ? 'import' : 'memory' },
            },
          ],
    ),
);
