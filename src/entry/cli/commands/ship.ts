import { resolve } from 'node:path';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { outputFolderOf } from '../../check-plugin.ts';
import { loadAcceptances, policyOf } from '../../documents.ts';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { publishing, roleSigner } from '../../registry-access.ts';
import { installInto } from '../../runtime-access.ts';
import { shipPlugin } from '../../ship-plugin.ts';
import { requireTrust } from '../../trust-file.ts';
import { localCheckPorts, parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption, requiredOption, textOption } from '../options.ts';
import { renderAssessment } from '../rendering.ts';
import { stageLines } from '../stage-lines.ts';
import { verdictExit } from '../verdict-exit.ts';

/** `assay ship`: the whole line for one plugin folder. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const { cwd, env, clock } = context;
  const plugin = await loadPlugin(cwd, input.args[0] ?? '.');
  const registry = resolve(cwd, requiredOption(input, 'registry', 'Name the registry: --registry registry'));
  const keys = resolve(cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const outputFolder = outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER);
  const dryRun = flagOption(input, 'dryRun');
  const runtime = textOption(input, 'runtime');
  // A version that is published cannot be taken back, so what the last step needs is asked for before the first.
  if (runtime !== undefined) await requireTrust(resolve(cwd, runtime));
  const observe = flagOption(input, 'json') ? () => {} : stageLines(context);
  const { check, published } = await shipPlugin(
    {
      plugin,
      policy: policyOf(plugin, textOption(input, 'policy'), cwd),
      outputFolder,
      acceptances: await loadAcceptances(cwd, textOption(input, 'acceptances')),
      signingTokenInReach: signingTokenInReach(env),
      parallel: parallelBuilds(),
      author: await roleSigner(keys, 'author', env),
      verdictSigner: await roleSigner(keys, 'verdict', env),
      publishing: await publishing({ registry, keys, env, clock }),
      dryRun,
    },
    await localCheckPorts({
      ...context,
      warn: (message) => context.stderr(`  warning ${message}\n`),
      publishes: !dryRun,
    }),
    observe,
  );
  const { name, version } = plugin.manifest;
  const installed =
    runtime !== undefined && published !== undefined
      ? await installInto(resolve(cwd, runtime), [`${name}@${version}`], {}, { clock, observe })
      : undefined;
  const lines = [
    '',
    await renderAssessment(check.assessment, 'text', context, false),
    ...(published === undefined ? [] : [`published ${name} ${version} in snapshot ${published.snapshot.serial}`]),
    ...(dryRun ? ['dry run: nothing was signed, published or installed'] : []),
    ...(installed === undefined ? [] : [`installed in generation ${installed.generation}`]),
    context.colours.dim(`Full report: ${shown(cwd, outputFolder)}/report.html`),
  ];
  return {
    exit: verdictExit(check.verdict),
    json: {
      verdict: check.verdict,
      ...(published === undefined ? {} : { serial: published.snapshot.serial }),
      ...(installed === undefined ? {} : { generation: installed.generation }),
    },
    text: lines.join('\n'),
  };
}
