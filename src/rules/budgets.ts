import type { AuditReport } from '#model/audit-report';
import type { ModuleFacts } from '#model/module-facts';
import { budgetRule, type Measured } from './budget.ts';

const one = (what: string, amount: number, unit: string): Measured[] => [{ what, amount: BigInt(amount), unit }];
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
/** Reports of before the count was kept list every segment. */
const dataBytes = ({ counts, data }: ModuleFacts): number => counts.dataBytes ?? sum(data.map(({ size }) => size));

/** Row 29, and the caps of rows 9 and 27: numbers that a policy may limit. One mechanism, one line each. */
export const BUDGET_RULES = [
  budgetRule(
    'nestingDepth',
    {
      id: 'ASY90',
      name: 'nesting-over-budget',
      row: 9,
      short: 'Modules and components are nested deeper than the policy allows',
      help: 'A component may hold modules and components, which may hold more. Each level multiplies what has to be read; deep nesting serves nobody but an attacker.',
      action: 'Compose fewer levels, or ship the inner components by themselves.',
    },
    ({ facts }) => one('modules are nested', Math.max(0, ...facts.nested.map((inner) => inner.depth)), 'levels deep'),
  ),
  budgetRule(
    'dataBytes',
    {
      id: 'ASY272',
      name: 'data-over-budget',
      row: 27,
      short: 'The data segments hold more than the policy allows',
      help: 'Data segments are copied into memory at instantiation.',
      action: 'Load large data at run time, or raise limits.dataBytes.',
    },
    ({ facts }) => one('data segments hold', dataBytes(facts), 'bytes'),
  ),
  budgetRule(
    'size',
    {
      id: 'ASY290',
      name: 'size-over-budget',
      row: 29,
      short: 'The file is larger than the policy allows',
      help: 'Size is what every user downloads, and what an engine compiles on first use.',
      action: 'Build for size, strip debug information, run wasm-opt.',
    },
    ({ subject }) => [{ what: 'the file has', amount: BigInt(subject.size), unit: 'bytes', location: { offset: 0 } }],
  ),
  budgetRule(
    'functions',
    {
      id: 'ASY291',
      name: 'functions-over-budget',
      row: 29,
      short: 'The module has more functions than the policy allows',
      help: 'Engines keep tables over all functions, and reviewers read them.',
      action: 'Link with dead code removed.',
    },
    ({ facts }) => one('the module has', facts.counts.functions, 'functions'),
  ),
  budgetRule(
    'functionSize',
    {
      id: 'ASY292',
      name: 'function-size-over-budget',
      row: 29,
      short: 'A function is larger than the policy allows',
      help: 'Optimising compilers take more than linear time in a function’s size; very large ones are interpreters, generated tables or obfuscation.',
      action: 'Split the function, or keep the compiler from inlining so much.',
    },
    largestFunction,
  ),
  budgetRule(
    'imports',
    {
      id: 'ASY293',
      name: 'imports-over-budget',
      row: 29,
      short: 'The module has more imports than the policy allows',
      help: 'Every import is a way out that somebody has to understand.',
      action: 'Import fewer host functions.',
    },
    ({ facts }) => one('the module has', facts.imports.length, 'imports'),
  ),
  budgetRule(
    'exports',
    {
      id: 'ASY294',
      name: 'exports-over-budget',
      row: 29,
      short: 'The module has more exports than the policy allows',
      help: 'Every export is a way in.',
      action: 'Export only what the host calls.',
    },
    ({ facts }) => one('the module has', facts.exports.length, 'exports'),
  ),
];

function largestFunction({ facts }: AuditReport): Measured[] {
  const largest = facts.functions[0];
  if (largest === undefined) return [];
  const name = largest.name ?? String(largest.index);
  return [
    {
      what: `function ${name} has`,
      amount: BigInt(Math.max(...facts.functions.map((item) => item.size))),
      unit: 'bytes',
      location: { offset: largest.offset, section: 'code', function: name },
    },
  ];
}
