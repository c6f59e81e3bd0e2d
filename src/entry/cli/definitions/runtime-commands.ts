import { Option } from 'commander';
import { GROUPS, repeatable, RUNTIME, type Definition } from './definition.ts';

export const RUNTIME_COMMANDS: readonly Definition[] = [
  {
    synopsis: 'install [plugins...]',
    group: GROUPS.runtime,
    description: 'resolve, verify and install plugins as one set (name or name@range)',
    load: async () => import('../commands/install.ts'),
    options: (command) =>
      command
        .requiredOption(...RUNTIME)
        .option('--frozen', 'install exactly what assay.lock says, or fail')
        .option('--prerelease', 'consider prereleases')
        .option('--allow-downgrade', 'let a plugin go back to an older version')
        .option('--accept-new-signer <plugins...>', 'plugins whose new owners you know of')
        .option('--dry-run', 'resolve and verify, install nothing'),
  },
  {
    synopsis: 'uninstall <plugins...>',
    group: GROUPS.runtime,
    description: 'remove plugins from the installed set',
    load: async () => import('../commands/uninstall.ts'),
    options: (command) => command.requiredOption(...RUNTIME),
  },
  {
    synopsis: 'list',
    group: GROUPS.runtime,
    description: 'what is installed',
    load: async () => import('../commands/list.ts'),
    options: (command) => command.requiredOption(...RUNTIME),
  },
  {
    synopsis: 'refresh',
    group: GROUPS.runtime,
    description: 'ask the registries whether anything that is installed was blocked',
    load: async () => import('../commands/refresh.ts'),
    options: (command) => command.requiredOption(...RUNTIME),
  },
  {
    synopsis: 'rollback',
    group: GROUPS.runtime,
    description: 'go back to an earlier installed set',
    load: async () => import('../commands/rollback.ts'),
    options: (command) =>
      command
        .requiredOption(...RUNTIME)
        .option('--to <generation>', 'number of the generation; default: the one before'),
  },
  {
    synopsis: 'run <target> [export] [args...]',
    group: GROUPS.runtime,
    description: 'call an export of an installed plugin, a plugin folder or a module',
    load: async () => import('../commands/run.ts'),
    options: (command) =>
      command
        .option('--runtime <folder>', 'runtime folder, when the target is an installed plugin')
        .option('--allow <capabilities...>', 'capabilities for a bare module; installed plugins get what they declared')
        .option(
          '--arguments <json>',
          'the arguments as a JSON array: numbers, and texts that are never read as numbers',
        )
        .addOption(
          new Option('--result <kind>', 'how to read what the export returns').choices(['auto', 'number', 'text']),
        )
        .addOption(
          repeatable(
            '--dir <host::guest>',
            'a folder that the plugin may use, and its name there (default: the same); needs fs',
          ),
        )
        .addOption(repeatable('--env <name=value>', 'a variable that the plugin sees; needs env'))
        .option('--stdin <text>', 'what the plugin reads from standard input')
        .option('--memory <bytes>', 'most memory of the plugin', '268435456')
        .option('--timeout <seconds>', 'time limit', '10'),
  },
];
