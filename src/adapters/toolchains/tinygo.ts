import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import type { BuildJob } from '#model/build-record';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findOnPath } from '../process/find-program.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics } from './diagnostics.ts';
import { goSharedInputs } from './go-module.ts';
import { OptionReader, targetOf } from './options.ts';
import { digestOfPrograms, programVersion } from './program-version.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/** TinyGo: small modules from Go sources. Written from its documentation; docs/toolchains.md marks it untested. */
export const tinygo: Toolchain = { name: 'tinygo', recipe: 1, sharedInputs, detect, compile };

const ABSENT: ToolchainAbsence = {
  missing: 'TinyGo (tinygo on PATH)',
  hint: 'Install TinyGo and a Go it supports; "tinygo version" has to answer.',
};

const OPTIMIZATION = { size: 'z', speed: '2', debug: '1' } as const;

function sharedInputs(pluginFolder: string, { sources }: Pick<BuildJob, 'sources'>) {
  return goSharedInputs(pluginFolder, sources[0] ?? '.');
}

async function detect(): Promise<ToolchainPresence | ToolchainAbsence> {
  const program = await findOnPath('tinygo');
  if (program === undefined) return ABSENT;
  const version = await programVersion(program, ['version']);
  if (version === undefined) return { ...ABSENT, missing: 'a working TinyGo' };
  return { version, location: program, identity: await digestOfPrograms([program]) };
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job } = request;
  const program = await findOnPath('tinygo');
  if (program === undefined) throw toolchainMissing(ABSENT);
  const target = targetOf(job, ['wasip1', 'wasm-unknown']);
  const options = new OptionReader(job);
  const isCommand = options.flag('command', false);
  const strip = options.flag('strip', job.optimize !== 'debug');
  options.finish();
  const [source = '.'] = job.sources;
  const folder = posix.dirname(source);
  return compileWith(request, {
    program,
    arguments: [
      'build',
      `-target=${target}`,
      `-opt=${OPTIMIZATION[job.optimize]}`,
      ...(isCommand ? [] : ['-buildmode=c-shared']),
      ...(strip ? ['-no-debug'] : []),
      '-o',
      join(request.outputFolder, 'module.wasm'),
      folder === '.' ? '.' : `./${folder}`,
    ],
    environment: {
      GOPATH: process.env['GOPATH'] ?? join(homedir(), 'go'),
      GOTOOLCHAIN: 'local',
      GOPROXY: 'off',
      GOFLAGS: '-mod=readonly',
    },
    module: 'module.wasm',
    parse: (stdout, stderr) => parseColonDiagnostics(stdout + stderr),
  });
}
