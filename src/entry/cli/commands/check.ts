import { AssayError, EXIT, type ExitCode, worstExit } from '#model/errors';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import type { Verdict } from '#model/verdict';
import { loadAdvisories } from '../../advisories.ts';
import { checkPlugin, outputFolderOf, type PluginCheck } from '../../check-plugin.ts';
import { loadAcceptances, policyOf } from '../../documents.ts';
import { type LoadedPlugin, loadPlugin, shown } from '../../load-plugin.ts';
import { localCheckPorts, parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { baselineOption } from '../deciding.ts';
import { flagOption, listOption, textOption } from '../options.ts';
import { probeLines } from '../probe-lines.ts';
import { probeOptions } from '../probing.ts';
import { formatOf, renderAssessment, writeRendering } from '../rendering.ts';
import { stageLines } from '../stage-lines.ts';
import { verdictExit } from '../verdict-exit.ts';
import { watchPlugin } from '../watching.ts';

/** `assay check`: what the registry's gate will say about one or several plugin folders. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const folders = input.args.length === 0 ? ['.'] : input.args;
  const exits: ExitCode[] = [EXIT.ok];
  const checks: { folder: string; check: PluginCheck }[] = [];
  const texts: string[] = [];
  const quiet = flagOption(input, 'json');
  if (flagOption(input, 'watch')) return watch(folders, input, context);
  requireOneRendering(folders, input);
  for (const folder of folders) {
    const plugin = await loadPlugin(context.cwd, folder);
    if (!quiet) {
      const { bold, dim } = context.colours;
      context.stderr(
        `${bold(plugin.manifest.name)} ${plugin.manifest.version}${folder === '.' ? '' : dim(` in ${folder}`)}\n`,
      );
    }
    const check = await checkOne(plugin, input, context, quiet);
    checks.push({ folder, check });
    exits.push(verdictExit(check.verdict));
    texts.push(await present(plugin, check, input, context));
  }
  return {
    exit: worstExit(exits),
    json: checks.map(({ folder, check: { verdict, builds } }) => ({
      folder,
      verdict,
      builds: builds.map(({ record, fromCache }) => ({ ...record, fromCache })),
    })),
    text: texts.join('\n'),
  };
}

/** Several renderings in one file or stream would overwrite each other, or be no document. */
function requireOneRendering(folders: readonly string[], input: CommandInput): void {
  const format = formatOf(input);
  if (folders.length < 2 || (format === 'text' && textOption(input, 'output') === undefined)) return;
  throw new AssayError('USAGE', `one rendering is about one plugin, but ${folders.length} folders were named`, {
    hint: 'Check one folder at a time, or take the report.html, summary.md and report.sarif that each leaves in its .assay.',
  });
}

async function watch(folders: readonly string[], input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [folder = '.', another] = folders;
  if (another !== undefined || flagOption(input, 'json')) {
    throw new AssayError('USAGE', '--watch takes one folder and prints for people', {
      hint: 'For example: assay check plugins/greet --watch',
    });
  }
  const check = async (): Promise<PluginCheck> => checkOne(await loadPlugin(context.cwd, folder), input, context, true);
  const plugin = await loadPlugin(context.cwd, folder);
  const first = await checkOne(plugin, input, context, false);
  context.stdout(`${await present(plugin, first, input, context)}\n`);
  const output = outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER);
  const again = async (): Promise<Verdict> => (await check()).verdict;
  const last = await watchPlugin(plugin.folder, output, first.verdict, again, context);
  return { exit: verdictExit(last), json: last, text: '' };
}

async function checkOne(
  plugin: LoadedPlugin,
  input: CommandInput,
  context: CliContext,
  quiet: boolean,
): Promise<PluginCheck> {
  const baseline = await baselineOption(input, context);
  const advisories = await loadAdvisories(context.cwd, listOption(input, 'advisories'));
  const probe = probeOptions(input);
  const ports = await localCheckPorts({ ...context, warn: (message) => context.stderr(`  warning ${message}\n`) });
  return checkPlugin(
    {
      plugin,
      policy: policyOf(plugin, textOption(input, 'policy'), context.cwd),
      outputFolder: outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER),
      acceptances: await loadAcceptances(context.cwd, textOption(input, 'acceptances')),
      signingTokenInReach: signingTokenInReach(context.env),
      parallel: parallelBuilds(),
      ...(baseline === undefined ? {} : { baseline }),
      ...(advisories === undefined ? {} : { advisories }),
      ...(probe === undefined ? {} : { probe }),
    },
    probe === undefined
      ? ports
      : { ...ports, prober: (await import('#adapters/probe/child-process')).childProcessProber },
    quiet ? () => {} : stageLines(context),
  );
}

async function present(
  plugin: LoadedPlugin,
  { assessment }: PluginCheck,
  input: CommandInput,
  context: CliContext,
): Promise<string> {
  const format = formatOf(input);
  const text = await renderAssessment(assessment, format, context, false);
  const output = textOption(input, 'output');
  if (output !== undefined) return `wrote ${shown(context.cwd, await writeRendering(context, output, text))}`;
  if (format !== 'text') return text;
  const folder = outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER);
  const probed = assessment.reports.flatMap((report) => probeLines(report, context)).map((line) => `${line}\n`);
  return `\n${text}${probed.join('')}${context.colours.dim(`Full report: ${shown(context.cwd, folder)}/report.html`)}`;
}
