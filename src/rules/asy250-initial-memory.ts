import { budgetRule, together } from './budget.ts';
import { pagesOf } from './memory-size.ts';

export const initialMemory = budgetRule(
  'initialMemoryPages',
  {
    id: 'ASY250',
    name: 'initial-memory-over-budget',
    row: 25,
    short: 'A memory starts larger than the policy allows',
    help: 'The initial size is taken from the host at instantiation, before any code runs. Several memories count together.',
    action: 'Lower the initial memory (--initial-memory, --initialMemory, -sINITIAL_MEMORY).',
  },
  ({ facts }) => [
    ...facts.memories.map((memory, index) => ({
      what: `memory ${index} starts at`,
      amount: pagesOf(memory.min, memory),
      unit: 'pages',
      subject: `memory ${index}`,
      location: { section: memory.imported ? 'import' : 'memory' },
    })),
    ...together(
      'memories',
      'pages',
      facts.memories.map((memory) => pagesOf(memory.min, memory)),
    ),
  ],
);
