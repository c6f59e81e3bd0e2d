import { GROUPS, RUNTIME, SNAPSHOT_KEY, type Definition } from './definition.ts';

export const REGISTRY_COMMANDS: readonly Definition[] = [
  {
    synopsis: 'registry',
    group: GROUPS.registry,
    description: 'create, inspect and maintain a registry',
    commands: [
      {
        synopsis: 'init <folder>',
        group: 'Commands:',
        description: 'create an empty registry with a signed root',
        load: async () => import('../commands/registry-init.ts'),
        options: (command) =>
          command
            .requiredOption('--id <id>', 'identifier of the registry')
            .option('--url <url>', 'canonical address; default: https://<id>.invalid/')
            .requiredOption(
              '--keys <folder>',
              'folder with the keys of the roles root, verdict, resolution and snapshot, and author with --owner',
            )
            .option('--owner <namespace...>', 'namespaces that the author key of --keys may publish under')
            .option('--policy <preset-or-file...>', 'policies whose verdicts count', ['assay:strict@1']),
      },
      {
        synopsis: 'list <folder-or-url>',
        group: 'Commands:',
        description: 'what a registry offers',
        load: async () => import('../commands/registry-list.ts'),
        options: (command) => command.requiredOption('--root <digest>', 'digest of the root that you trust'),
      },
      {
        synopsis: 'refresh <folder>',
        group: 'Commands:',
        description: 'sign the snapshot again with a new expiry',
        load: async () => import('../commands/registry-refresh.ts'),
        options: (command) => command.requiredOption(...SNAPSHOT_KEY),
      },
      {
        synopsis: 'state <folder> <plugin@version> <state>',
        group: 'Commands:',
        description: 'set a version active, deprecated, yanked or blocked',
        load: async () => import('../commands/registry-state.ts'),
        options: (command) =>
          command
            .requiredOption(...SNAPSHOT_KEY)
            .requiredOption('--reason <text>', 'why; shown to everyone who has it installed')
            .option('--severity <level>', 'low, medium, high or critical'),
      },
      {
        synopsis: 'owners <folder> <namespace>',
        group: 'Commands:',
        description: 'say who may publish under a namespace',
        load: async () => import('../commands/registry-owners.ts'),
        options: (command) =>
          command
            .requiredOption(...SNAPSHOT_KEY)
            .requiredOption('--key <files...>', 'public keys of the authors')
            .option('--replace', 'replace the owners that are there: a person has decided it'),
      },
      {
        synopsis: 'policy <folder>',
        group: 'Commands:',
        description: 'change which policies’ verdicts count',
        load: async () => import('../commands/registry-policy.ts'),
        options: (command) =>
          command
            .requiredOption(...SNAPSHOT_KEY)
            .option('--accept <preset-or-file...>', 'policies whose verdicts count from now on')
            .option('--retire <digests...>', 'digests of policies whose verdicts no longer count'),
      },
    ],
  },
  {
    synopsis: 'keygen',
    group: GROUPS.registry,
    description: 'make local signing keys, one per role',
    load: async () => import('../commands/keygen.ts'),
    options: (command) =>
      command
        .requiredOption('--out <folder>', 'where <role>.key and <role>.pub go')
        .option('--role <roles...>', 'root, author, verdict, resolution, snapshot, config; default: all'),
  },
  {
    synopsis: 'trust',
    group: GROUPS.registry,
    description: 'which registries a runtime folder believes',
    commands: [
      {
        synopsis: 'add <folder-or-url>',
        group: 'Commands:',
        description: 'trust a registry, pinned to its root',
        load: async () => import('../commands/trust-add.ts'),
        options: (command) =>
          command
            .requiredOption(...RUNTIME)
            .requiredOption(
              '--root <digest>',
              'digest of the registry’s first root, from a source other than the registry itself',
            )
            .option('--namespace <names...>', 'namespaces that only this registry may serve here'),
      },
      {
        synopsis: 'list',
        group: 'Commands:',
        description: 'what a runtime folder trusts',
        load: async () => import('../commands/trust-list.ts'),
        options: (command) => command.requiredOption(...RUNTIME),
      },
    ],
  },
];
