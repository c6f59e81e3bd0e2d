import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import * as z from 'zod';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { compilerEnvironment } from '../process/environment.ts';
import { findOnPath } from '../process/find-program.ts';
import { runProgram } from '../process/run-program.ts';
import { compileWith } from './compile-with.ts';
import { compileFailed, parseColonDiagnostics, relativeDiagnostics } from './diagnostics.ts';
import { OptionReader, targetOf } from './options.ts';
import { programVersion } from './program-version.ts';

/** Go for WASI preview 1: a reactor of `//go:wasmexport` functions (Go 1.24), or a command. */
export const go: Toolchain = { name: 'go', recipe: 1, detect, compile };

const ABSENT: ToolchainAbsence = {
  missing: 'Go 1.24 or newer (go on PATH)',
  hint: 'Install Go, or on GitHub use actions/setup-go before the build.',
};

const GoEnvironmentSchema = z.object({
  GOCACHE: z.string(),
  GOMODCACHE: z.string(),
  GOPATH: z.string(),
  GOPROXY: z.string(),
  GOSUMDB: z.string(),
  GOVERSION: z.string(),
});

async function detect(): Promise<ToolchainPresence | ToolchainAbsence> {
  const program = await findOnPath('go');
  if (program === undefined) return ABSENT;
  const answer = await programVersion(program, ['version']);
  const version = /go(\d+)\.(\d+)\S*/.exec(answer ?? '');
  if (version === null) return { ...ABSENT, missing: `a working Go (${program} does not answer)` };
  if (Number(version[1]) === 1 && Number(version[2]) < 24) {
    return { ...ABSENT, missing: `Go 1.24 or newer (${program} is ${version[0]})` };
  }
  return { version: version[0], location: program };
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const program = await findOnPath('go');
  if (program === undefined)
    throw new AssayError('TOOLCHAIN_MISSING', `${ABSENT.missing} is missing`, { hint: ABSENT.hint });
  const { job } = request;
  const environment = await goEnvironment(program);
  targetOf(job, ['wasip1']);
  const options = new OptionReader(job);
  const isCommand = options.flag('command', false);
  const strip = options.flag('strip', job.optimize !== 'debug');
  const tags = options.texts('tags');
  options.finish();
  await fetchModules(request, program, environment);
  const [source = '.'] = job.sources;
  const folder = posix.dirname(source);
  return compileWith(request, {
    program,
    arguments: [
      'build',
      '-trimpath',
      '-buildvcs=false',
      ...(isCommand ? [] : ['-buildmode=c-shared']),
      ...(job.optimize === 'debug' ? ['-gcflags=all=-N -l'] : []),
      `-ldflags=-buildid=${strip ? ' -s -w' : ''}`,
      ...(tags.length === 0 && job.features === undefined
        ? []
        : [`-tags=${[...tags, ...(job.features ?? '').split(',').filter((tag) => tag !== '')].join(',')}`]),
      '-o',
      join(request.outputFolder, 'module.wasm'),
      folder === '.' ? '.' : `./${folder}`,
    ],
    environment: { ...environment, GOPROXY: 'off' },
    module: 'module.wasm',
    parse: (stdout, stderr) => parseColonDiagnostics(stdout + stderr),
  });
}

/** Go's caches and module settings as the user has them; flags from the environment are left out. */
async function goEnvironment(program: string): Promise<Record<string, string>> {
  const { stdout, stderr, exitCode } = await runProgram({
    program,
    arguments: ['env', '-json', ...Object.keys(GoEnvironmentSchema.shape)],
    folder: dirname(program),
    environment: compilerEnvironment(homedir(), {
      GOPATH: process.env['GOPATH'],
      GOCACHE: process.env['GOCACHE'],
      GOMODCACHE: process.env['GOMODCACHE'],
      GOPROXY: process.env['GOPROXY'],
      GOTOOLCHAIN: 'local',
    }),
    timeoutMs: 60_000,
  });
  if (exitCode !== 0)
    throw new AssayError('TOOLCHAIN_MISSING', `go env fails: ${stderr.trim()}`, { hint: ABSENT.hint });
  const { GOVERSION: _, ...found } = parseJson(GoEnvironmentSchema, stdout, { source: 'the answer of go env' });
  return {
    ...found,
    GOOS: 'wasip1',
    GOARCH: 'wasm',
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
  };
}

/** Downloads what go.sum lists, checked against it; the compiler then runs without a network. */
async function fetchModules(
  request: CompileRequest,
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const sums = await readFile(join(request.sourceFolder, 'go.sum'), 'utf8').catch(() => '');
  if (sums.trim() === '') return;
  const { exitCode, stdout, stderr } = await runProgram({
    program,
    arguments: ['mod', 'download'],
    folder: request.sourceFolder,
    environment: compilerEnvironment(join(request.outputFolder, '.home'), environment),
    timeoutMs: request.timeoutMs,
    signal: request.signal,
  });
  if (exitCode === 0) return;
  const log = stdout + stderr;
  const diagnostics = relativeDiagnostics(parseColonDiagnostics(log), request.sourceFolder);
  throw compileFailed('go', request.job.plugin, diagnostics, log);
}
