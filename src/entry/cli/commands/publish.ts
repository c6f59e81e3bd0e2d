import { resolve } from 'node:path';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { EXIT } from '#model/errors';
import { outputFolderOf } from '../../check-plugin.ts';
import { loadPlugin } from '../../load-plugin.ts';
import { publishing } from '../../registry-access.ts';
import { publishBuildFolder } from '../../release.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { groundsOption } from '../grounds-option.ts';
import { flagOption, requiredOption, textOption } from '../options.ts';

/** `assay publish`: adds what sign left in the build folder to a registry folder. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const plugin = await loadPlugin(context.cwd, input.args[0] ?? '.');
  const registry = resolve(context.cwd, requiredOption(input, 'registry', 'Name the registry: --registry registry'));
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const folder = outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER);
  const dryRun = flagOption(input, 'dryRun');
  const deps = await publishing({ registry, keys, env: context.env, clock: context.clock });
  const grounds = await groundsOption(plugin, input, context);
  const plan = await publishBuildFolder({ folder, plugin, grounds, deps }, { dryRun });
  const { name, version } = plugin.manifest;
  const files = plan.files.map(({ path, bytes }) => ({ path, size: bytes.length }));
  const verb = dryRun ? 'would publish' : 'published';
  return {
    exit: EXIT.ok,
    json: { name, version, serial: plan.snapshot.serial, dryRun, files },
    text: [
      `${verb} ${name} ${version} in snapshot ${plan.snapshot.serial}`,
      ...(dryRun ? files.map(({ path, size }) => context.colours.dim(`  + ${path} (${size} bytes)`)) : []),
    ].join('\n'),
  };
}
