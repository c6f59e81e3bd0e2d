import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { runExport, type RunArgument } from '#adapters/host/run';
import { type Capability, CapabilitySchema } from '#model/capability';
import { AssayError, EXIT } from '#model/errors';
import type { Abi } from '#model/manifest';
import { PluginNameSchema } from '#model/names';
import { parseJson, parseValue } from '#model/parse';
import { buildAll } from '#stages/build/build-all';
import { visible } from '#report/visible-text';
import { audit } from '#stages/audit/audit';
import { plan } from '#stages/plan/plan';
import { policyOf } from '../../documents.ts';
import { folderInRepository, loadPlugin } from '../../load-plugin.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { installedPlugin } from '../../runtime-access.ts';
import { localValidator } from '../../validator.ts';
import { localBuildPorts, parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { choiceOption, integerOption, listOption, textOption } from '../options.ts';
import { passedFolders, passedVariables } from '../passed-to-plugin.ts';

const RESULT_KINDS = ['auto', 'number', 'text'] as const;

interface Runnable {
  readonly bytes: Uint8Array;
  readonly abi: Abi;
  readonly capabilities: readonly Capability[];
}

/** `assay run`: calls an export of an installed plugin, of a plugin folder, or of a bare module. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [target = '', name, ...plain] = input.args;
  const { bytes, abi, capabilities } = await runnable(target, input, context);
  const seconds = integerOption(input, 'timeout', { min: 1, max: 86_400 });
  const memory = integerOption(input, 'memory', { min: 65_536, max: 4_294_967_296 });
  const stdin = textOption(input, 'stdin');
  const { stdout, stderr, result } = await runExport({
    bytes,
    abi,
    capabilities,
    args: argumentsOf(plain, textOption(input, 'arguments')),
    result: choiceOption(input, 'result', RESULT_KINDS) ?? 'auto',
    folders: passedFolders(input, context.cwd, capabilities),
    environment: passedVariables(input, capabilities),
    ...(stdin === undefined ? {} : { stdin }),
    ...(memory === undefined ? {} : { maxMemoryBytes: memory }),
    ...(name === undefined ? {} : { export: name }),
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
  });
  const shown = typeof result === 'bigint' ? String(result) : result;
  // What a command returns is its exit code, which is no part of what it printed.
  const isCommand = name === undefined;
  // A pipe gets the plugin's bytes as they are; a terminal would obey the control characters among them.
  const readable = (text: string): string => (context.isTerminal ? visibleLines(text) : text);
  if (stderr !== '') context.stderr(readable(stderr.endsWith('\n') ? stderr : `${stderr}\n`));
  if (isCommand && shown !== 0) context.stderr(`the plugin ended with exit code ${shown}\n`);
  const answer = isCommand || shown === undefined ? '' : String(shown);
  const lines = [stdout.replace(/\n$/, ''), answer].filter((line) => line !== '');
  return { exit: EXIT.ok, json: { stdout, stderr, result: shown ?? null }, text: readable(lines.join('\n')) };
}

function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => visible(part, Number.MAX_SAFE_INTEGER))
        .join('\t'),
    )
    .join('\n');
}

/** Plain arguments are read as the export's signature asks; of JSON, a string is a text, and an object its own text. */
function argumentsOf(plain: readonly string[], json: string | undefined): readonly RunArgument[] {
  if (json === undefined) return plain;
  if (plain.length > 0) {
    throw new AssayError('INPUT_INVALID', 'arguments were given both plainly and as --arguments', {
      hint: 'Give them in one of the two ways.',
    });
  }
  const values = parseJson(z.array(z.json()).max(100), json, { source: '--arguments', invalidCode: 'INPUT_INVALID' });
  return values.map((value) => {
    if (typeof value === 'number') return value;
    return { text: typeof value === 'string' ? value : JSON.stringify(value) };
  });
}

async function runnable(target: string, input: CommandInput, context: CliContext): Promise<Runnable> {
  const runtime = textOption(input, 'runtime');
  if (runtime !== undefined) {
    requireNoAllowance(input);
    const name = parseValue(PluginNameSchema, target, { source: 'the plugin’s name', invalidCode: 'INPUT_INVALID' });
    return installedPlugin(resolve(context.cwd, runtime), name);
  }
  const info = statSync(resolve(context.cwd, target), { throwIfNoEntry: false });
  if (info?.isDirectory()) {
    requireNoAllowance(input);
    return builtPlugin(target, context);
  }
  if (info?.isFile()) return bareModule(target, input, context);
  throw new AssayError('FILE_MISSING', `${target} is neither a module nor a plugin folder`, {
    hint: 'For an installed plugin, say where: --runtime runtime.',
  });
}

function requireNoAllowance(input: CommandInput): void {
  if (listOption(input, 'allow').length === 0) return;
  throw new AssayError('USAGE', '--allow is for a bare module; a plugin gets what its plugin.yaml declares', {
    hint: 'Declare the capability in plugin.yaml, or run the .wasm file.',
  });
}

async function builtPlugin(folder: string, context: CliContext): Promise<Runnable> {
  const plugin = await loadPlugin(context.cwd, folder);
  const { manifest, folder: sourceFolder } = plugin;
  const [first] = plan({ manifests: [{ folder: folderInRepository(sourceFolder), manifest }] }).include;
  const jobs = first === undefined ? [] : [first];
  const [built] = await buildAll(
    jobs,
    { sourceFolder, signingTokenInReach: signingTokenInReach(context.env), parallel: parallelBuilds() },
    localBuildPorts({ ...context, warn: (message) => context.stderr(`warning ${message}\n`) }),
  );
  if (built === undefined) throw new AssayError('INTERNAL', `${folder} has nothing to build`);
  // What its policy takes for granted, a plugin need not declare; a runtime grants it too.
  const implied = policyOf(plugin, undefined, context.cwd).flat.capabilities?.imply ?? [];
  return { bytes: built.bytes, abi: manifest.abi, capabilities: [...manifest.capabilities, ...implied] };
}

async function bareModule(path: string, input: CommandInput, context: CliContext): Promise<Runnable> {
  const bytes = await readNamedFile(context.cwd, path, MAX_MODULE_BYTES);
  const { abi } = await audit({ bytes, name: path }, { validator: await localValidator() });
  const capabilities = listOption(input, 'allow').map((text) =>
    parseValue(CapabilitySchema, text, {
      source: `--allow ${text}`,
      invalidCode: 'INPUT_INVALID',
      hint: '--allow takes every word that follows: name the module, its export and the arguments before it.',
    }),
  );
  return { bytes, abi: { kind: abi.kind }, capabilities };
}
