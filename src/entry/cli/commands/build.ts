import { resolve } from 'node:path';
import { AssayError, EXIT } from '#model/errors';
import { buildAll } from '#stages/build/build-all';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { showSize } from '#report/quantity';
import { plan } from '#stages/plan/plan';
import { folderInRepository, loadPlugin } from '../../load-plugin.ts';
import { localBuildPorts, parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption, integerOption, textOption } from '../options.ts';

/** `assay build`: every build of a plugin, or the one that is named. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const plugin = await loadPlugin(context.cwd, input.args[0] ?? '.');
  const { include } = plan({
    manifests: [{ folder: folderInRepository(plugin.folder), manifest: plugin.manifest }],
  });
  const only = textOption(input, 'only');
  const jobs = only === undefined ? include : include.filter(({ id }) => id === only);
  if (jobs.length === 0) {
    throw new AssayError('INPUT_INVALID', `no build is called "${only}"`, {
      hint: `Builds of this plugin: ${include.map(({ id }) => id).join(', ')}.`,
    });
  }
  const outputFolder = resolve(plugin.folder, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER);
  const seconds = integerOption(input, 'timeout', { min: 1, max: 86_400 });
  if (flagOption(input, 'check')) {
    const { checkBuilds } = await import('../reproduction.ts');
    return checkBuilds(jobs, plugin.folder, outputFolder, context);
  }
  const results = await buildAll(
    jobs,
    {
      sourceFolder: plugin.folder,
      outputFolder,
      signingTokenInReach: signingTokenInReach(context.env),
      parallel: parallelBuilds(),
      ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
    },
    localBuildPorts({ ...context, warn: (message) => context.stderr(`warning ${message}\n`) }),
  );
  const { bold, dim } = context.colours;
  return {
    exit: EXIT.ok,
    json: {
      folder: outputFolder,
      builds: results.map(({ record, fromCache, diagnostics }) => ({ ...record, fromCache, diagnostics })),
    },
    text: results
      .map(({ record, fromCache }) => {
        const { output, toolchain } = record;
        const origin = fromCache ? 'from cache' : `${toolchain.name} ${toolchain.version}`;
        return `${bold(output.file)}  ${showSize(output.size)}  ${dim(`${origin}  ${output.digest}`)}`;
      })
      .join('\n'),
  };
}
