import { resolve } from 'node:path';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { shortDigest } from '#model/digest';
import { EXIT } from '#model/errors';
import { outputFolderOf } from '../../check-plugin.ts';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { openTrusted, readPin, roleSigner } from '../../registry-access.ts';
import { signBuildFolder } from '../../release.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { groundsOption } from '../grounds-option.ts';
import { requiredOption, textOption } from '../options.ts';

/** `assay sign`: provenance by the author’s key and a verdict by the registry’s, for an approved build. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const plugin = await loadPlugin(context.cwd, input.args[0] ?? '.');
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const location = requiredOption(input, 'registry', 'Name the registry: --registry registry');
  const folder = outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER);
  const { signed } = await signBuildFolder({
    folder,
    grounds: await groundsOption(plugin, input, context),
    registry: await openTrusted(resolve(context.cwd, location), await readPin(keys), context.clock),
    author: await roleSigner(keys, 'author', context.env),
    verdictSigner: await roleSigner(keys, 'verdict', context.env),
    clock: context.clock,
  });
  return {
    exit: EXIT.ok,
    json: signed.map(({ artifact, provenance, verdict }) => ({
      build: artifact.record.job.id,
      artifact: artifact.record.output,
      provenance: provenance.descriptor,
      verdict: verdict.descriptor,
    })),
    text: signed
      .map(
        ({ artifact: { record } }) =>
          `signed ${record.job.id} ${shortDigest(record.output.digest)} in ${shown(context.cwd, folder)}/`,
      )
      .join('\n'),
  };
}
