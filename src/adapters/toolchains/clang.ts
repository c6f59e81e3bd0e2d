import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf, shortDigest } from '#model/digest';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findOnPath } from '../process/find-program.ts';
import { readCBuild } from './c-flags.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics, parseLinkerDiagnostics } from './diagnostics.ts';
import { targetOf } from './options.ts';
import { digestOfPrograms, programVersion } from './program-version.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/** C and C++ by clang with a WASI libc: a wasi-sdk (WASI_SDK_PATH or /opt/wasi-sdk), or the system's own packages. */
export const clang: Toolchain = { name: 'clang', recipe: 2, detect, compile };

const ABSENT: ToolchainAbsence = {
  missing: 'clang with a libc for WASI',
  hint:
    'Debian, Ubuntu: sudo apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32 (the number is clang’s). ' +
    'Elsewhere: install wasi-sdk and set WASI_SDK_PATH.',
};

interface Found extends ToolchainPresence {
  readonly sysroot: string;
}

async function detect(): Promise<ToolchainPresence | ToolchainAbsence> {
  const found = await find();
  if (found === undefined) return ABSENT;
  const { version, location } = found;
  const linker = join(dirname(await realpath(location)), process.platform === 'win32' ? 'wasm-ld.exe' : 'wasm-ld');
  return { version, location, identity: await digestOfPrograms([location, linker]) };
}

async function find(): Promise<Found | undefined> {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const chosen = process.env['WASI_SDK_PATH'];
  const sdks = chosen === undefined || chosen === '' ? ['/opt/wasi-sdk'] : [chosen];
  for (const sdk of sdks) {
    const found = await inspect(join(sdk, 'bin', `clang${ending}`), join(sdk, 'share', 'wasi-sysroot'));
    if (found !== undefined) return found;
  }
  const onPath = await findOnPath('clang');
  return onPath === undefined ? undefined : inspect(onPath, '/usr');
}

async function inspect(program: string, sysroot: string): Promise<Found | undefined> {
  const libc = await readLibc(sysroot);
  if (libc === undefined || (await stat(program).catch(() => undefined)) === undefined) return undefined;
  const answer = await programVersion(program, ['--version']);
  const version = answer?.split('\n')[0];
  if (version === undefined) return undefined;
  return { version: `${version}, libc ${shortDigest(digestOf(libc))}`, location: program, sysroot };
}

async function readLibc(sysroot: string): Promise<Uint8Array | undefined> {
  for (const target of ['wasm32-wasi', 'wasm32-wasip1']) {
    const bytes = await readFile(join(sysroot, 'lib', target, 'libc.a')).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const found = await find();
  if (found === undefined) throw toolchainMissing(ABSENT);
  const build = readCBuild(request);
  const target = targetOf(request.job, ['wasm32-wasi', 'wasm32-freestanding']);
  const shape =
    target === 'wasm32-freestanding'
      ? ['--target=wasm32-unknown-unknown', '-nostdlib', '-Wl,--no-entry']
      : [
          '--target=wasm32-wasi',
          `--sysroot=${found.sysroot}`,
          `-mexec-model=${build.isCommand ? 'command' : 'reactor'}`,
          // Neither wasi-libc nor Debian's libc++ for it unwinds.
          ...(build.isCpp ? ['-fno-exceptions'] : []),
        ];
  return compileWith(request, {
    program: build.isCpp ? found.location.replace(/clang(\.exe)?$/, 'clang++$1') : found.location,
    arguments: [
      ...shape,
      ...build.compile,
      '-fno-ident',
      ...request.job.sources,
      ...build.link,
      '-o',
      join(request.outputFolder, 'module.wasm'),
    ],
    module: 'module.wasm',
    parse: (stdout, stderr) => {
      const log = stdout + stderr;
      return [...parseColonDiagnostics(log), ...parseLinkerDiagnostics(log)];
    },
  });
}
