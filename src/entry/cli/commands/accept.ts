import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Document, isSeq, parseDocument } from 'yaml';
import * as z from 'zod';
import { readVerdict } from '#adapters/fs/build-folder';
import { writeDurably } from '#adapters/fs/durable-write';
import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';
import { AssayError, EXIT } from '#model/errors';
import { parseValue, parseYaml } from '#model/parse';
import { type Acceptance, AcceptanceSchema } from '#model/policy';
import type { Reason, Verdict } from '#model/verdict';
import { showCount } from '#report/quantity';
import { outputFolderOf } from '../../check-plugin.ts';
import { loadAcceptances } from '../../documents.ts';
import { loadPlugin, shown } from '../../load-plugin.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { namedRule } from '../named-rule.ts';
import { listOption, requiredOption, textOption } from '../options.ts';

/** `assay accept`: records that a person accepts what the last check flagged, in a file that later checks are given. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const plugin = await loadPlugin(context.cwd, input.args[0] ?? '.');
  const named = requiredOption(input, 'acceptances', 'Name the file: --acceptances acceptances.yaml');
  const file = resolve(context.cwd, named);
  const verdict = await readVerdict(outputFolderOf(plugin, textOption(input, 'out') ?? DEFAULT_BUILD_FOLDER));
  const flagged = flaggedReasons(verdict, plugin.manifest.name, input);
  const accepted = acceptancesOf(flagged, plugin.manifest.name, input, context);
  const before = existsSync(file) ? await loadAcceptances(context.cwd, named) : [];
  const text = appended(before.length === 0 ? '' : await readFile(file, 'utf8'), accepted, named);
  await writeDurably(file, new TextEncoder().encode(text), { scratch: dirname(file) });
  const rules = flagged.map(({ rule }) => rule);
  const label = shown(context.cwd, file);
  return {
    exit: EXIT.ok,
    json: { file: label, accepted },
    text: `${label} accepts ${showCount(accepted.length, 'finding')} of ${plugin.manifest.name}: ${rules.join(', ')}`,
  };
}

function acceptancesOf(
  flagged: readonly Reason[],
  plugin: string,
  input: CommandInput,
  { clock }: CliContext,
): Acceptance[] {
  const who = requiredOption(input, 'who', 'Name the reviewer: --who octocat');
  const reason = requiredOption(input, 'reason', 'Say why it is fine: --reason "…"');
  const until = textOption(input, 'until');
  const accepted = flagged.map(({ fingerprint, extent }) =>
    parseValue(
      AcceptanceSchema,
      { plugin, fingerprint, extent, reason, who, ...(until === undefined ? {} : { until }) },
      { source: 'the acceptance', invalidCode: 'INPUT_INVALID' },
    ),
  );
  if (until !== undefined && new Date(until) <= clock.now()) {
    throw new AssayError('INPUT_INVALID', `--until is ${until}, which has passed: nothing would be accepted`, {
      hint: 'Give an instant that is yet to come, or leave --until out.',
    });
  }
  return accepted;
}

/** What a person may accept. Throws INPUT_INVALID when there is nothing of the kind, and says what there is. */
function flaggedReasons({ decision }: Verdict, name: string, input: CommandInput): Reason[] {
  const { plugin, outcome, reasons } = decision;
  if (plugin?.name !== name) {
    throw new AssayError('INPUT_INVALID', `the last verdict is about ${plugin?.name ?? 'no plugin'}, not ${name}`, {
      hint: 'Run `assay check` again.',
    });
  }
  const flagged = reasons.filter((reason) => reason.outcome === 'flag' && reason.settled === undefined);
  const rules = new Set(listOption(input, 'rule').map((asked) => namedRule(asked).id));
  const chosen = rules.size === 0 ? flagged : flagged.filter(({ rule }) => rules.has(rule));
  if (chosen.length > 0) return chosen;
  if (flagged.length > 0) {
    throw new AssayError('INPUT_INVALID', `the last check flagged nothing of ${[...rules].join(', ')}`, {
      hint: `It flagged ${[...new Set(flagged.map(({ rule }) => rule))].join(', ')}.`,
    });
  }
  throw new AssayError('INPUT_INVALID', 'the last check flagged nothing that a person could accept', {
    hint:
      outcome === 'reject'
        ? 'What is rejected cannot be accepted; it needs a change or another policy.'
        : 'It approved the plugin. Where something changed since, run `assay check` again first.',
  });
}

/** The document with more entries; comments that a person wrote stay. */
function appended(text: string, accepted: readonly Acceptance[], source: string): string {
  const document = text === '' ? new Document([]) : parseDocument(text);
  if (!isSeq(document.contents)) throw new AssayError('INTERNAL', `${source} is a list that is none`);
  for (const acceptance of accepted) document.contents.add(document.createNode(acceptance));
  document.contents.flow = false;
  const written = document.toString();
  // Nothing is written that would not be read again.
  parseYaml(z.array(AcceptanceSchema), written, { source });
  return written;
}
