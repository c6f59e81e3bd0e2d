import { join } from 'node:path';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain } from '#ports/toolchain';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics, parseLinkerDiagnostics } from './diagnostics.ts';
import { extraFlags, OptionReader, targetOf } from './options.ts';
import { findZig, ZIG_ABSENT, zigCacheEnvironment } from './zig-binary.ts';

/** Zig: one root file, its `export fn` functions exported. */
export const zig: Toolchain = {
  name: 'zig',
  recipe: 1,
  detect: async (sourceFolder) => (await findZig(sourceFolder)) ?? ZIG_ABSENT,
  compile,
};

const OPTIMIZATION = { size: 'ReleaseSmall', speed: 'ReleaseFast', debug: 'Debug' } as const;

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job } = request;
  const found = await findZig(request.sourceFolder);
  if (found === undefined) {
    throw new AssayError('TOOLCHAIN_MISSING', `${ZIG_ABSENT.missing} is missing`, { hint: ZIG_ABSENT.hint });
  }
  const [source, ...rest] = job.sources;
  if (source === undefined || rest.length > 0) {
    throw new AssayError('MANIFEST_INVALID', `a zig build of ${job.plugin} takes one source file, its root`, {
      hint: 'Name the root file in source:; it imports the others itself.',
    });
  }
  const target = targetOf(job, ['wasm32-freestanding', 'wasm32-wasi']);
  const options = new OptionReader(job);
  const isCommand = options.flag('command', false);
  const strip = options.flag('strip', job.optimize !== 'debug');
  const maximumMemory = options.count('maximumMemory');
  const flags = extraFlags(options);
  options.finish();
  const entry = isCommand ? [] : ['-fno-entry', ...(target === 'wasm32-wasi' ? ['-mexec-model=reactor'] : [])];
  return compileWith(request, {
    program: found.location,
    arguments: [
      'build-exe',
      source,
      '-target',
      target,
      '-O',
      OPTIMIZATION[job.optimize],
      ...entry,
      '-rdynamic',
      ...(strip ? ['-fstrip'] : []),
      ...(maximumMemory === undefined ? [] : [`--max-memory=${maximumMemory}`]),
      ...flags,
      `-femit-bin=${join(request.outputFolder, 'module.wasm')}`,
    ],
    environment: zigCacheEnvironment(request.outputFolder),
    module: 'module.wasm',
    parse: (stdout, stderr) => {
      const log = stdout + stderr;
      return [...parseColonDiagnostics(log), ...parseLinkerDiagnostics(log)];
    },
  });
}
