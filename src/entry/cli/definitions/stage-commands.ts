import type { Command } from 'commander';
import {
  ACCEPTANCES,
  ADVISORIES,
  GROUPS,
  OUTPUT,
  PROBE,
  PROBE_CALL,
  PROBE_TIMEOUT,
  SNAPSHOT_KEY,
  formatOption,
  type Definition,
} from './definition.ts';

/** What `check` decided by, which later stages are given again. */
function groundsOfCheck(command: Command): Command {
  return command
    .option('--policy <preset-or-file>', 'the policy that check was given')
    .option('--baseline <file>', 'the baseline that check was given')
    .option('--acceptances <file>', 'the acceptances that check was given')
    .option('--advisories <path...>', 'the OSV records that check was given');
}

export const STAGE_COMMANDS: readonly Definition[] = [
  {
    synopsis: 'build [folder]',
    group: GROUPS.stage,
    description: 'compile every build of a plugin',
    load: async () => import('../commands/build.ts'),
    options: (command) =>
      command
        .option('--out <folder>', 'where in the plugin’s folder modules, records and logs go', '.assay')
        .option('--only <id>', 'only the build with this id')
        .option('--check', 'build twice in different folders and compare the bytes')
        .option('--timeout <seconds>', 'limit for one compiler run', '600'),
  },
  {
    synopsis: 'audit [files...]',
    group: GROUPS.stage,
    description: 'facts and findings of modules or components',
    load: async () => import('../commands/audit.ts'),
    options: (command) =>
      command
        .option('--policy <preset-or-file>', 'also decide, and exit by the verdict')
        .option(
          '--manifest <file>',
          'plugin.yaml that declares abi and capabilities; also decide, by the preset of the abi without --policy',
        )
        .option(
          '--baseline <file>',
          'an older module or its audit report to compare with; also decide, as with --manifest',
        )
        .option(...ADVISORIES)
        .addOption(formatOption(['text', 'json', 'markdown', 'html', 'sarif', 'cyclonedx']))
        .option(...OUTPUT)
        .option(...PROBE)
        .option(...PROBE_CALL)
        .option(...PROBE_TIMEOUT)
        .option('--all-functions', 'list every function in the facts, not only the largest')
        .option('--explain <rule>', 'say what a rule looks for and what to do, instead of auditing'),
  },
  {
    synopsis: 'explain <rule>',
    group: GROUPS.stage,
    description: 'what a rule looks for, how certain it is and what to do',
    load: async () => import('../commands/explain.ts'),
  },
  {
    synopsis: 'diff <old> <new>',
    group: GROUPS.stage,
    description: 'compare two modules: imports, exports, capabilities, sizes',
    load: async () => import('../commands/diff.ts'),
  },
  {
    synopsis: 'decide <reports...>',
    group: GROUPS.stage,
    description: 'a verdict from stored audit reports',
    load: async () => import('../commands/decide.ts'),
    options: (command) =>
      command
        .requiredOption('--policy <preset-or-file>', 'policy to decide by')
        .option('--gate', 'as at a registry’s gate: a plugin without an approved version needs a person')
        .option('--manifest <file>', 'plugin.yaml that declares abi and capabilities')
        .option('--baseline <file>', 'report of the last approved version')
        .option(...ACCEPTANCES)
        .option('--output <file>', 'write the verdict there as well'),
  },
  {
    synopsis: 'accept [folder]',
    group: GROUPS.stage,
    description: 'record that a person accepts what the last check flagged',
    load: async () => import('../commands/accept.ts'),
    options: (command) =>
      command
        .requiredOption(
          '--acceptances <file>',
          'file of recorded decisions to add to; keep it out of the plugin’s reach',
        )
        .requiredOption('--who <name>', 'who decided')
        .requiredOption('--reason <text>', 'why it is fine')
        .option('--rule <ids...>', 'only findings of these rules, by id or name; default: all that are flagged')
        .option('--until <instant>', 'when the decision ends, such as 2027-06-01T00:00:00Z')
        .option('--out <folder>', 'where in the plugin’s folder check left the verdict', '.assay'),
  },
  {
    synopsis: 'sign [folder]',
    group: GROUPS.stage,
    description: 'provenance and verdict bundles for an approved build',
    load: async () => import('../commands/sign.ts'),
    options: (command) =>
      groundsOfCheck(
        command
          .requiredOption('--keys <folder>', 'folder with the keys of the roles author and verdict')
          .requiredOption('--registry <folder>', 'registry that the verdict speaks for'),
      ).option(
        '--out <folder>',
        'where in the plugin’s folder check left build and verdict; bundles are added there',
        '.assay',
      ),
  },
  {
    synopsis: 'verify <file>',
    group: GROUPS.stage,
    description: 'check an artifact’s bundles against a key or a trusted registry',
    load: async () => import('../commands/verify.ts'),
    options: (command) =>
      command
        .option('--bundle <files...>', 'bundles to check the file against')
        .option('--key <file>', 'public key that must have signed')
        .option('--registry <folder-or-url>', 'look the file up in this registry and check all that it publishes')
        .option('--root <digest>', 'digest of the registry’s root that you trust')
        .option('--trusted-root <file>', 'trusted_root.json of Sigstore, for keyless signatures')
        .option('--rebuild <build.json>', 'build again from this record and compare the bytes')
        .option('--source <folder>', 'the plugin’s folder to rebuild from', '.'),
  },
  {
    synopsis: 'publish [folder]',
    group: GROUPS.stage,
    description: 'add a signed release to a registry folder',
    load: async () => import('../commands/publish.ts'),
    options: (command) =>
      groundsOfCheck(
        command.requiredOption('--registry <folder>', 'registry to publish to').requiredOption(...SNAPSHOT_KEY),
      )
        .option('--out <folder>', 'where in the plugin’s folder build, verdict and bundles are', '.assay')
        .option('--dry-run', 'say what would change, write nothing'),
  },
];
