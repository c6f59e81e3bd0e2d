import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeDurably } from '#adapters/fs/durable-write';
import type { Fix } from '#model/audit-report';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { AssayError, EXIT } from '#model/errors';
import { ManifestSchema } from '#model/manifest';
import { parseYaml } from '#model/parse';
import type { Outcome, Reason } from '#model/verdict';
import { outcomeWord } from '#report/assessment';
import { lineChanges } from '#report/line-changes';
import { showCount } from '#report/quantity';
import { visible } from '#report/visible-text';
import { applyFixes, editsFor, flagsFor } from '#rules/apply-fixes';
import { readPolicy } from '#rules/policy/document';
import { checkPlugin, outputFolderOf } from '../../check-plugin.ts';
import { loadAcceptances, policyOf } from '../../documents.ts';
import { type LoadedPlugin, loadPlugin, shown } from '../../load-plugin.ts';
import { localCheckPorts, parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption, textOption } from '../options.ts';
import { verdictExit } from '../verdict-exit.ts';

/** A document that fixes change: where it lies, and its text before and after. */
interface FixedDocument {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/**
 * `assay fix`: makes the changes that findings carry. plugin.yaml is changed; a policy file only with
 * `--edit-policy`, since it is somebody's rules; compiler flags are printed for a person to add.
 */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const folder = input.args[0] ?? '.';
  const plugin = await loadPlugin(context.cwd, folder);
  const first = await checkOnce(plugin, input, context);
  const reasons = first.verdict.decision.reasons.filter((reason) => reason.settled === undefined);
  const fixes = reasons.flatMap((reason) => reason.fix ?? []);
  const documents = [
    ...fixedManifest(plugin, fixes),
    ...(flagOption(input, 'editPolicy') ? await fixedPolicy(plugin, fixes, input, context) : []),
  ];
  const dry = flagOption(input, 'dryRun');
  if (!dry) {
    for (const { path, after } of documents) {
      await writeDurably(path, new TextEncoder().encode(after), { scratch: dirname(path) });
    }
  }
  const last =
    dry || documents.length === 0 ? first : await checkOnce(await loadPlugin(context.cwd, folder), input, context);
  const flags = flagsByToolchain(plugin, reasons);
  const { outcome } = last.verdict.decision;
  return {
    exit: dry ? EXIT.ok : verdictExit(last.verdict),
    json: {
      before: first.verdict.decision.outcome,
      after: dry ? undefined : outcome,
      changed: documents.map(({ label, after }) => ({ file: label, text: after })),
      flags,
    },
    text: render(documents, flags, dry ? undefined : { was: first.verdict.decision.outcome, is: outcome }, context),
  };
}

async function checkOnce(plugin: LoadedPlugin, input: CommandInput, context: CliContext) {
  return checkPlugin(
    {
      plugin,
      policy: policyOf(plugin, textOption(input, 'policy'), context.cwd),
      outputFolder: outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER),
      acceptances: await loadAcceptances(context.cwd, textOption(input, 'acceptances')),
      signingTokenInReach: signingTokenInReach(context.env),
      parallel: parallelBuilds(),
    },
    await localCheckPorts({ ...context, warn: (message) => context.stderr(`  warning ${message}\n`) }),
    () => {},
  );
}

function fixedManifest(plugin: LoadedPlugin, fixes: readonly Fix[]): FixedDocument[] {
  const { text, applied } = applyFixes(plugin.text, editsFor('manifest', fixes), plugin.source);
  if (applied === 0) return [];
  // Nothing is written that would not be read again.
  parseYaml(ManifestSchema, text, { source: plugin.source, invalidCode: 'MANIFEST_INVALID' });
  return [{ path: join(plugin.folder, 'plugin.yaml'), label: plugin.source, before: plugin.text, after: text }];
}

async function fixedPolicy(
  plugin: LoadedPlugin,
  fixes: readonly Fix[],
  input: CommandInput,
  context: CliContext,
): Promise<FixedDocument[]> {
  const edits = editsFor('policy', fixes);
  const named = textOption(input, 'policy');
  const reference = named ?? plugin.manifest.policy;
  if (reference === undefined || reference.startsWith('assay:')) {
    throw new AssayError('USAGE', '--edit-policy needs a policy file; presets do not change', {
      hint: 'Write a policy.yaml that extends the preset, and name it with --policy.',
    });
  }
  const path = resolve(named === undefined ? plugin.folder : context.cwd, reference);
  const before = await readFile(path, 'utf8');
  const label = shown(context.cwd, path);
  const { text, applied } = applyFixes(before, edits, label);
  if (applied === 0) return [];
  readPolicy(text, label);
  return [{ path, label, before, after: text }];
}

interface FlagAdvice {
  readonly rule: string;
  readonly toolchain: string;
  readonly flags: readonly string[];
}

/** Flags for the toolchains that the plugin is built with, for findings that keep it from approval. */
function flagsByToolchain({ manifest }: LoadedPlugin, reasons: readonly Reason[]): FlagAdvice[] {
  const toolchains = new Set(manifest.builds.flatMap((build) => [build.toolchain, ...(build.matrix?.toolchain ?? [])]));
  return reasons
    .filter((reason) => reason.outcome !== 'approve' && reason.fix?.kind === 'flags')
    .flatMap(({ rule, fix }) =>
      [...toolchains].map((toolchain) => ({
        rule,
        toolchain,
        flags: flagsFor(toolchain, fix === undefined ? [] : [fix]),
      })),
    )
    .filter(({ flags }) => flags.length > 0);
}

function render(
  documents: readonly FixedDocument[],
  flags: readonly FlagAdvice[],
  outcomes: { readonly was: Outcome; readonly is: Outcome } | undefined,
  { colours }: CliContext,
): string {
  const { bold, dim, green, red } = colours;
  const lines: string[] = [];
  for (const { label, before, after } of documents) {
    lines.push(bold(label));
    for (const { sign, text } of lineChanges(before, after)) {
      const line = `  ${sign} ${visible(text, 300)}`;
      lines.push(sign === '+' ? green(line) : red(line));
    }
  }
  if (flags.length > 0) lines.push(bold('compiler flags to add'));
  for (const { rule, toolchain, flags: list } of flags) lines.push(`  ${toolchain}: ${list.join(' ')}  ${dim(rule)}`);
  if (lines.length === 0) lines.push('No finding that counts carries a change that could be made here.');
  if (outcomes === undefined)
    lines.push(dim(`${showCount(documents.length, 'file')} would change; nothing was written`));
  else lines.push(`outcome: ${[...new Set([outcomes.was, outcomes.is])].map(outcomeWord).join(' → ')}`);
  if (outcomes !== undefined && outcomes.is !== 'approve') lines.push(dim('`assay check` says what is left to do.'));
  return lines.join('\n');
}
