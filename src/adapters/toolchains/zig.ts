import { join } from 'node:path';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain } from '#ports/toolchain';
import { acceptFlags, type FlagList, isInside } from './accepted-flags.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics, parseLinkerDiagnostics } from './diagnostics.ts';
import { OptionReader, targetOf } from './options.ts';
import { findZig, ZIG_ABSENT, zigCacheEnvironment } from './zig-binary.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/** Zig: one root file, its `export fn` functions exported. */
export const zig: Toolchain = {
  name: 'zig',
  recipe: 2,
  detect: async (sourceFolder) => (await findZig(sourceFolder)) ?? ZIG_ABSENT,
  compile,
};

const OPTIMIZATION = { size: 'ReleaseSmall', speed: 'ReleaseFast', debug: 'Debug' } as const;

/** What authors pass to `zig build-exe`. */
const ZIG_FLAGS: FlagList = {
  alone: new RegExp(
    `^(?:${[
      '-f(?:no-)?(?:single-threaded|lto|stack-check|stack-protector|sanitize-c|llvm|lld|unwind-tables|omit-frame-pointer)',
      '-f(?:no-)?(?:error-tracing|builtin|function-sections|data-sections|strip|rdynamic)|-flto=(?:full|thin|none)',
      '-mcpu=[\\w+-]+|-l[\\w+.-]+|--import-memory|--export-memory|--import-table|--export-table|--import-symbols',
      '--shared-memory|--export=[\\w.$]+|--(?:initial-memory|max-memory|global-base|stack)=?\\d+',
    ].join('|')})$`,
  ),
  withOperand: {
    '--stack': { operand: /^\d+$/, joint: undefined },
    '-I': { operand: 'path', joint: '' },
    '-D': { operand: /^[A-Za-z_]\w*(?:=[^\n\0]*)?$/, joint: '' },
  },
};

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job } = request;
  const found = await findZig(request.pluginFolder);
  if (found === undefined) throw toolchainMissing(ZIG_ABSENT);
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
  const flags = acceptFlags(options.texts('flags'), ZIG_FLAGS, request);
  const modules = moduleFlags(options.texts('modules'), source, request);
  options.finish();
  const entry = isCommand ? [] : ['-fno-entry', ...(target === 'wasm32-wasi' ? ['-mexec-model=reactor'] : [])];
  return compileWith(request, {
    program: found.location,
    arguments: [
      'build-exe',
      '-target',
      target,
      '-O',
      OPTIMIZATION[job.optimize],
      ...entry,
      '-rdynamic',
      ...(strip ? ['-fstrip'] : []),
      ...(maximumMemory === undefined ? [] : [`--max-memory=${maximumMemory}`]),
      ...flags,
      ...modules,
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

/**
 * The root module, and those it imports by name: `shared=../shared/root.zig`. A build.zig is a program of its own, which
 * Assay does not run.
 */
function moduleFlags(modules: readonly string[], root: string, request: CompileRequest): readonly string[] {
  const named = modules.map((module) => {
    const [, name, path] = /^([A-Za-z_]\w*)=(.+\.zig)$/.exec(module) ?? [];
    if (name !== undefined && path !== undefined && name !== 'root' && isInside(path, request)) return { name, path };
    throw new AssayError(
      'MANIFEST_INVALID',
      `"${module}" in option "modules" is not NAME=FILE.zig with a file of the build`,
      {
        hint: 'For example modules: [shared=../shared/root.zig], with inputs: ["**", "../shared/**"].',
      },
    );
  });
  // Every module may import every other one by its name; the arguments before a -M are that module's.
  return [{ name: 'root', path: root }, ...named].flatMap(({ name, path }) => [
    ...named.filter((other) => other.name !== name).flatMap((other) => ['--dep', other.name]),
    `-M${name}=${path}`,
  ]);
}
