import type { Command } from 'commander';
import { GROUPS, type DefineBelow } from './definition.ts';

export function defineRegistryCommands(program: Command, define: DefineBelow): void {
  const registry = define(program, 'registry', GROUPS.registry, 'create, inspect and maintain a registry');
  define(
    registry,
    'init <folder>',
    'Commands:',
    'create an empty registry with a signed root',
    async () => import('../commands/registry-init.ts'),
  )
    .requiredOption('--id <id>', 'identifier of the registry')
    .option('--url <url>', 'canonical address; default: https://<id>.invalid/')
    .requiredOption('--keys <folder>', 'folder with the keys of the roles root, verdict and snapshot')
    .option('--owner <namespace...>', 'namespaces that the author key of --keys may publish under')
    .option('--policy <preset-or-file...>', 'policies whose verdicts count', ['assay:strict@1']);
  define(
    registry,
    'list <folder-or-url>',
    'Commands:',
    'what a registry offers',
    async () => import('../commands/registry-list.ts'),
  ).requiredOption('--root <digest>', 'digest of the root that you trust');
  define(
    registry,
    'refresh <folder>',
    'Commands:',
    'sign the snapshot again with a new expiry',
    async () => import('../commands/registry-refresh.ts'),
  ).requiredOption('--keys <folder>', 'folder with the key of the role snapshot');
  define(
    registry,
    'state <folder> <plugin@version> <state>',
    'Commands:',
    'set a version active, deprecated, yanked or blocked',
    async () => import('../commands/registry-state.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .requiredOption('--reason <text>', 'why; shown to everyone who has it installed')
    .option('--severity <level>', 'low, medium, high or critical');
  define(
    registry,
    'owners <folder> <namespace>',
    'Commands:',
    'say who may publish under a namespace',
    async () => import('../commands/registry-owners.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .requiredOption('--key <files...>', 'public keys of the authors')
    .option('--replace', 'replace the owners that are there: a person has decided it');
  define(
    registry,
    'policy <folder>',
    'Commands:',
    'change which policies’ verdicts count',
    async () => import('../commands/registry-policy.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .option('--accept <preset-or-file...>', 'policies whose verdicts count from now on')
    .option('--retire <digests...>', 'digests of policies whose verdicts no longer count');

  define(
    program,
    'keygen',
    GROUPS.registry,
    'make local signing keys, one per role',
    async () => import('../commands/keygen.ts'),
  )
    .requiredOption('--out <folder>', 'where <role>.key and <role>.pub go')
    .option('--role <roles...>', 'root, author, verdict, resolution, snapshot, config; default: all');

  const trust = define(program, 'trust', GROUPS.registry, 'which registries a runtime folder believes');
  define(
    trust,
    'add <folder-or-url>',
    'Commands:',
    'trust a registry, pinned to its root',
    async () => import('../commands/trust-add.ts'),
  )
    .requiredOption('--runtime <folder>', 'runtime folder')
    .requiredOption(
      '--root <digest>',
      'digest of the registry’s first root, from a source other than the registry itself',
    )
    .option('--namespace <names...>', 'namespaces that only this registry may serve here');
  define(
    trust,
    'list',
    'Commands:',
    'what a runtime folder trusts',
    async () => import('../commands/trust-list.ts'),
  ).requiredOption('--runtime <folder>', 'runtime folder');
}
