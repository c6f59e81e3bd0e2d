import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain } from '#ports/toolchain';
import { diskError } from '../fs/disk-errors.ts';
import { compileFailed, type KnownFault, parseColonDiagnostics, relativeDiagnostics } from './diagnostics.ts';
import { OptionReader } from './options.ts';

const MAX_SOURCE_BYTES = 16 * 1024 * 1024;
const WABT_VERSION = '1.0.39';

/**
 * WebAssembly text, by the wabt that Assay brings along. It runs in this process, so it is there in actions too, and
 * a build takes milliseconds. wabt does not optimise: what is written is what is built.
 */
export const wat: Toolchain = {
  name: 'wat',
  recipe: 1,
  detect: async () => ({ version: `wabt ${WABT_VERSION}`, location: 'part of Assay' }),
  compile,
};

/** wabt says no more about instructions and types of proposals that it was not told to read. */
const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    message: /^opcode not allowed|^\w+ not allowed$|^memories may not be shared$|^only one memory block allowed$/,
    hint: 'What is not allowed belongs to a proposal that wabt reads only when asked: options: { features: [threads] } in plugin.yaml, by wabt’s name for it. The host has to run it too.',
  },
];

type WabtFactory = typeof import('wabt');

async function loadWabt(): Promise<Awaited<ReturnType<WabtFactory>>> {
  // wabt's Emscripten glue reads __dirname, which an ES module bundle does not have.
  Reflect.set(globalThis, '__dirname', Reflect.get(globalThis, '__dirname') ?? import.meta.dirname);
  const { default: factory } = await import('wabt');
  return factory();
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job } = request;
  const options = new OptionReader(job);
  const names = options.flag('names', job.optimize === 'debug');
  const features = options.texts('features');
  options.finish();
  const [source, ...rest] = job.sources;
  if (source === undefined || rest.length > 0 || job.target !== undefined) {
    throw new AssayError('MANIFEST_INVALID', `a wat build of ${job.plugin} takes one source file and no target`, {
      hint: 'Name the one .wat file in source:, and give other modules a build of their own.',
    });
  }
  const path = join(request.sourceFolder, source);
  const { size } = await stat(path);
  if (size > MAX_SOURCE_BYTES) {
    throw new AssayError('FILE_TOO_LARGE', `${source} has ${size} bytes; wat sources may have ${MAX_SOURCE_BYTES}`, {
      hint: 'Compile it yourself with toolchain: command, or split it.',
    });
  }
  const bytes = await assemble(request, source, Uint8Array.from(await readFile(path)), names, features);
  const output = join(request.outputFolder, 'module.wasm');
  await writeFile(output, bytes).catch((cause: unknown) => {
    throw diskError(cause, 'written', output);
  });
  return {
    module: 'module.wasm',
    companions: [],
    arguments: [source, ...(names ? ['--debug-names'] : []), ...features.map((feature) => `--enable-${feature}`)],
    diagnostics: [],
    log: '',
  };
}

async function assemble(
  request: CompileRequest,
  source: string,
  text: Uint8Array,
  names: boolean,
  features: readonly string[],
): Promise<Uint8Array> {
  const wabt = await loadWabt();
  let module: ReturnType<typeof wabt.parseWat> | undefined;
  try {
    const enabled = Object.fromEntries(features.map((feature) => [feature.replaceAll('-', '_'), true]));
    // wabt reads the name as a C string and does not end it by itself.
    module = wabt.parseWat(`${source}\0`, text, enabled);
    module.resolveNames();
    // wabt takes the proposals here too, though its types do not say so.
    Reflect.apply(module.validate, module, [enabled]);
    return module.toBinary({ write_debug_names: names }).buffer;
  } catch (cause) {
    const log = cause instanceof Error ? cause.message : String(cause);
    const diagnostics = relativeDiagnostics(parseColonDiagnostics(log), request);
    throw compileFailed('wat', request.job.plugin, diagnostics, log, KNOWN_FAULTS);
  } finally {
    module?.destroy();
  }
}
