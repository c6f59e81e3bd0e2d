import { budgetRule, together } from './budget.ts';
import { count64 } from './memory-size.ts';

export const tableSize = budgetRule(
  'tableElements',
  {
    id: 'ASY252',
    name: 'table-over-budget',
    row: 25,
    short: 'A table starts larger than the policy allows',
    help: 'Tables are taken from the host at instantiation like memory, at several machine words an element. Several tables count together.',
    action: 'Lower the table’s initial size.',
  },
  ({ facts }) => [
    ...facts.tables.map((table, index) => ({
      what: `table ${index} starts at`,
      amount: count64(table.limits.min),
      unit: 'elements',
      subject: `table ${index}`,
      location: { section: table.imported ? 'import' : 'table' },
    })),
    ...together(
      'tables',
      'elements',
      facts.tables.map((table) => count64(table.limits.min)),
    ),
  ],
);
