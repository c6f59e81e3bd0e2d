import { join, resolve } from 'node:path';
import { localBuildFiles } from '#adapters/fs/build-files';
import { readCapped } from '#adapters/fs/capped-read';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { AssayError, EXIT } from '#model/errors';
import { TOOLCHAINS, type VersionedManifest } from '#model/manifest';
import type { Observe } from '#pipeline';
import { checkPlugin } from '../../check-plugin.ts';
import { policyOf } from '../../documents.ts';
import { type LoadedPlugin, loadPlugin, requireFolder, shown } from '../../load-plugin.ts';
import { draftManifest, manifestText, PLACEHOLDER_NAMESPACE } from '../../init-plugin.ts';
import { localCheckPorts, parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { choiceOption, flagOption, textOption } from '../options.ts';
import { renderAssessment } from '../rendering.ts';
import { stageLines } from '../stage-lines.ts';
import { verdictExit } from '../verdict-exit.ts';

/**
 * `assay init`: infers toolchain and abi, builds and audits, writes plugin.yaml with the capabilities that the bytes
 * reach, and checks the result.
 */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const named = input.args[0] ?? '.';
  const folder = resolve(context.cwd, named);
  requireFolder(folder, named);
  const path = join(folder, 'plugin.yaml');
  const where = named === '.' ? '' : ` ${named}`;
  const dryRun = flagOption(input, 'dryRun');
  if (!dryRun && !flagOption(input, 'force') && (await readCapped(path, 1024 * 1024)) !== undefined) {
    throw new AssayError('USAGE', `${shown(context.cwd, path)} is already there`, {
      hint: `Run \`assay check${where}\` to check it, or \`assay init${where} --force\` to write it anew.`,
    });
  }
  const name = textOption(input, 'name');
  const toolchain = choiceOption(input, 'toolchain', TOOLCHAINS);
  const { manifest: draft, inferred } = await draftManifest(folder, {
    ...(name === undefined ? {} : { name }),
    ...(toolchain === undefined ? {} : { toolchain }),
  });
  const quiet = flagOption(input, 'json');
  const { dim } = context.colours;
  if (!quiet) {
    context.stderr(`${inferred.build.toolchain}, abi ${inferred.abi} ${dim(`(because of ${inferred.because})`)}\n`);
  }
  const outputFolder = join(folder, DEFAULT_BUILD_FOLDER);
  const observe = quiet ? SILENT : withoutDecision(stageLines(context));
  const first = await checkDraft(
    { ...draft, version: draft.version ?? '0.0.0' },
    { folder, outputFolder, observe },
    context,
  );
  const text = manifestText({ ...draft, capabilities: first.verdict.decision.capabilities.used });
  if (dryRun) return { exit: EXIT.ok, json: { path, text }, text };

  await localBuildFiles.write(folder, [{ name: 'plugin.yaml', bytes: new TextEncoder().encode(text) }]);
  const plugin = await loadPlugin(context.cwd, folder);
  const { verdict, assessment } = await check(plugin, outputFolder, SILENT, context);
  return {
    exit: verdictExit(verdict),
    json: { path, text, verdict },
    text: `wrote ${shown(context.cwd, path)}\n${dim(text)}\n${await renderAssessment(assessment, 'text', context, false)}\n${dim(nextSteps(plugin.manifest.name))}`,
  };
}

const SILENT: Observe = () => {};

function nextSteps(name: string): string {
  const namespace = name.startsWith(`${PLACEHOLDER_NAMESPACE}/`)
    ? `Put your own namespace in the place of "${PLACEHOLDER_NAMESPACE}" before you publish. `
    : '';
  return `${namespace}Keep ${DEFAULT_BUILD_FOLDER}/ out of version control.`;
}

async function checkDraft(
  manifest: VersionedManifest,
  options: { readonly folder: string; readonly outputFolder: string; readonly observe: Observe },
  context: CliContext,
) {
  const text = manifestText(manifest);
  return check(
    { folder: options.folder, manifest, text, source: 'plugin.yaml' },
    options.outputFolder,
    options.observe,
    context,
  );
}

async function check(plugin: LoadedPlugin, outputFolder: string, observe: Observe, context: CliContext) {
  return checkPlugin(
    {
      plugin,
      policy: policyOf(plugin, undefined, context.cwd),
      outputFolder,
      acceptances: [],
      signingTokenInReach: signingTokenInReach(context.env),
      parallel: parallelBuilds(),
    },
    await localCheckPorts({ ...context, warn: (message) => context.stderr(`  warning ${message}\n`) }),
    observe,
  );
}

/** The stages of the draft. What would be decided about it says nothing: its capabilities are not written down yet. */
function withoutDecision(observe: Observe): Observe {
  return (event) => {
    if (event.stage !== 'decide') observe(event);
  };
}
