import {
  ACCEPTANCES,
  ADVISORIES,
  CHECKED,
  GROUPS,
  OUTPUT,
  POLICY,
  PROBE,
  PROBE_CALL,
  PROBE_TIMEOUT,
  formatOption,
  type Definition,
} from './definition.ts';

export const AUTHOR_COMMANDS: readonly Definition[] = [
  {
    synopsis: 'init [folder]',
    group: GROUPS.author,
    description: 'infer toolchain and abi from the sources, build, audit and write plugin.yaml',
    load: async () => import('../commands/init.ts'),
    options: (command) =>
      command
        .option('--name <namespace/name>', 'the plugin’s name; default: taken from the folder')
        .option('--toolchain <name>', 'the toolchain to build with; default: the one that the sources look like')
        .option('--force', 'replace a plugin.yaml that is already there')
        .option('--dry-run', 'print plugin.yaml, write nothing'),
  },
  {
    synopsis: 'check [folders...]',
    group: GROUPS.author,
    description: 'plan, build, audit and decide: what the gate will say',
    load: async () => import('../commands/check.ts'),
    options: (command) =>
      command
        .option(...POLICY)
        .option('--baseline <file>', 'the last approved module or its audit report, to compare capabilities with')
        .option(...ACCEPTANCES)
        .option(...ADVISORIES)
        .option(...PROBE)
        .option(...PROBE_CALL)
        .option(...PROBE_TIMEOUT)
        .option('--watch', 'check again on every change and print only what changed in the verdict')
        .option(...CHECKED)
        .addOption(formatOption(['text', 'markdown', 'html', 'sarif']))
        .option(...OUTPUT),
  },
  {
    synopsis: 'fix [folder]',
    group: GROUPS.author,
    description: 'make the changes that findings carry, and print the compiler flags that others need',
    load: async () => import('../commands/fix.ts'),
    options: (command) =>
      command
        .option(...POLICY)
        .option('--edit-policy', 'change the policy file too; without it only plugin.yaml is changed')
        .option(...ACCEPTANCES)
        .option(...CHECKED)
        .option('--dry-run', 'print the changes, write nothing'),
  },
  {
    synopsis: 'ship [folder]',
    group: GROUPS.author,
    description: 'the whole line: check, sign, publish to a registry folder and install',
    load: async () => import('../commands/ship.ts'),
    options: (command) =>
      command
        .requiredOption('--registry <folder>', 'registry to publish to')
        .requiredOption('--keys <folder>', 'folder with the keys of the roles author, verdict and snapshot')
        .option('--runtime <folder>', 'also install into this runtime folder')
        .option('--policy <preset-or-file>', 'policy to decide by')
        .option(...ACCEPTANCES)
        .option(...CHECKED)
        .option('--dry-run', 'stop before anything is signed or published, and say what would be'),
  },
  {
    synopsis: 'doctor',
    group: GROUPS.author,
    description: 'what this machine has for building, signing and running',
    load: async () => import('../commands/doctor.ts'),
  },
];
