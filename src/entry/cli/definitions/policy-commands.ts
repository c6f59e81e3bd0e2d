import type { Command } from 'commander';
import { GROUPS, type DefineBelow } from './definition.ts';

export function definePolicyCommands(program: Command, define: DefineBelow): void {
  const policy = define(program, 'policy', GROUPS.stage, 'explain, try out and test policies');
  define(
    policy,
    'explain <preset-or-file>',
    'Commands:',
    'the flattened policy, and where each line comes from',
    async () => import('../commands/policy-explain.ts'),
  ).option('--defaults', 'also list rules that no line names, at their default levels');
  define(
    policy,
    'simulate <preset-or-file> <reports...>',
    'Commands:',
    'what another policy would have said about stored reports (files, or folders to search)',
    async () => import('../commands/policy-simulate.ts'),
  ).requiredOption('--against <preset-or-file>', 'the policy to compare with');
  define(
    policy,
    'test [folder]',
    'Commands:',
    'whether a policy says what policy-tests.yaml expects',
    async () => import('../commands/policy-test.ts'),
  ).option('--policy <preset-or-file>', 'test this policy instead of the one that the fixtures name');
}
