import { GROUPS, type Definition } from './definition.ts';

export const POLICY_COMMANDS: readonly Definition[] = [
  {
    synopsis: 'policy',
    group: GROUPS.stage,
    description: 'explain, try out and test policies',
    commands: [
      {
        synopsis: 'explain <preset-or-file>',
        group: 'Commands:',
        description: 'the flattened policy, and where each line comes from',
        load: async () => import('../commands/policy-explain.ts'),
        options: (command) =>
          command.option('--defaults', 'also list rules that no line names, at their default levels'),
      },
      {
        synopsis: 'simulate <preset-or-file> <reports...>',
        group: 'Commands:',
        description: 'what another policy would have said about stored reports (files, or folders to search)',
        load: async () => import('../commands/policy-simulate.ts'),
        options: (command) => command.requiredOption('--against <preset-or-file>', 'the policy to compare with'),
      },
      {
        synopsis: 'test [folder]',
        group: 'Commands:',
        description: 'whether a policy says what policy-tests.yaml expects',
        load: async () => import('../commands/policy-test.ts'),
        options: (command) =>
          command.option('--policy <preset-or-file>', 'test this policy instead of the one that the fixtures name'),
      },
    ],
  },
];
