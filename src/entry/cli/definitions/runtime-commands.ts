import { Option } from 'commander';
import { GROUPS, type Define } from './definition.ts';

export function defineRuntimeCommands(define: Define): void {
  define(
    'install [plugins...]',
    GROUPS.runtime,
    'resolve, verify and install plugins as one set (name or name@range)',
    async () => import('../commands/install.ts'),
  )
    .requiredOption('--runtime <folder>', 'runtime folder')
    .option('--frozen', 'install exactly what assay.lock says, or fail')
    .option('--prerelease', 'consider prereleases')
    .option('--allow-downgrade', 'let a plugin go back to an older version')
    .option('--accept-new-signer <plugins...>', 'plugins whose new owners you know of')
    .option('--dry-run', 'resolve and verify, install nothing');
  define(
    'uninstall <plugins...>',
    GROUPS.runtime,
    'remove plugins from the installed set',
    async () => import('../commands/uninstall.ts'),
  ).requiredOption('--runtime <folder>', 'runtime folder');
  define('list', GROUPS.runtime, 'what is installed', async () => import('../commands/list.ts')).requiredOption(
    '--runtime <folder>',
    'runtime folder',
  );
  define(
    'refresh',
    GROUPS.runtime,
    'ask the registries whether anything that is installed was blocked',
    async () => import('../commands/refresh.ts'),
  ).requiredOption('--runtime <folder>', 'runtime folder');
  define(
    'rollback',
    GROUPS.runtime,
    'go back to an earlier installed set',
    async () => import('../commands/rollback.ts'),
  )
    .requiredOption('--runtime <folder>', 'runtime folder')
    .option('--to <generation>', 'number of the generation; default: the one before');
  define(
    'run <target> [export] [args...]',
    GROUPS.runtime,
    'call an export of an installed plugin, a plugin folder or a module',
    async () => import('../commands/run.ts'),
  )
    .option('--runtime <folder>', 'runtime folder, when the target is an installed plugin')
    .option('--allow <capabilities...>', 'capabilities for a bare module; installed plugins get what they declared')
    .option('--arguments <json>', 'the arguments as a JSON array: numbers, and texts that are never read as numbers')
    .addOption(new Option('--result <kind>', 'how to read what the export returns').choices(['auto', 'number', 'text']))
    .option('--stdin <text>', 'what the plugin reads from standard input')
    .option('--memory <bytes>', 'most memory of the plugin', '268435456')
    .option('--timeout <seconds>', 'time limit', '10');
}
