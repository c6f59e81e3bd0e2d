import { mkdir, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import type { BuildJob, Diagnostic } from '#model/build-record';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { compilerEnvironment, networkEnvironment } from '../process/environment.ts';
import { findOnPath } from '../process/find-program.ts';
import { runProgram } from '../process/run-program.ts';
import { compileWith, remapFolders } from './compile-with.ts';
import { compileFailed, type KnownFault, parseColonDiagnostics } from './diagnostics.ts';
import { findGoModule, type GoModule, goSharedInputs, requireSums } from './go-module.ts';
import { OptionReader, targetOf } from './options.ts';
import { digestOfPrograms, programVersion } from './program-version.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/** Go for WASI preview 1: a reactor of `//go:wasmexport` functions (Go 1.24), or a command. */
export const go: Toolchain = { name: 'go', recipe: 2, sharedInputs, detect, compile };

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
  GOPRIVATE: z.string(),
  GONOPROXY: z.string(),
  GONOSUMDB: z.string(),
  GOVERSION: z.string(),
});

function sharedInputs(pluginFolder: string, { sources }: Pick<BuildJob, 'sources'>) {
  return goSharedInputs(pluginFolder, sources[0] ?? '.');
}

async function detect(): Promise<ToolchainPresence | ToolchainAbsence> {
  const program = await findOnPath('go');
  if (program === undefined) return ABSENT;
  const answer = await programVersion(program, ['version']);
  const version = /go(\d+)\.(\d+)\S*/.exec(answer ?? '');
  if (version === null) return { ...ABSENT, missing: `a working Go (${program} does not answer)` };
  if (Number(version[1]) === 1 && Number(version[2]) < 24) {
    return { ...ABSENT, missing: `Go 1.24 or newer (${program} is ${version[0]})` };
  }
  const tools = join(dirname(await realpath(program)), '..', 'pkg', 'tool');
  const platform = (await readdir(tools).catch((): string[] => [])).toSorted();
  const inner = platform.flatMap((name) => ['compile', 'link'].map((tool) => join(tools, name, tool)));
  return { version: version[0], location: program, identity: await digestOfPrograms([program, ...inner]) };
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const program = await findOnPath('go');
  if (program === undefined) throw toolchainMissing(ABSENT);
  const { job } = request;
  const environment = await goEnvironment(program);
  targetOf(job, ['wasip1']);
  const options = new OptionReader(job);
  const isCommand = options.flag('command', false);
  const strip = options.flag('strip', job.optimize !== 'debug');
  const tags = options.texts('tags');
  options.finish();
  const [source = '.'] = job.sources;
  const folder = join(request.sourceFolder, posix.dirname(source));
  const module = await findGoModule(folder, request.sourceRoot);
  await fetchModules(request, program, environment, module);
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
      '.',
    ],
    folder,
    environment: {
      ...environment,
      GOPROXY: 'off',
      GOFLAGS: module?.isVendored === true ? '-mod=vendor' : '-mod=readonly',
    },
    module: 'module.wasm',
    remap: { [environment.GOMODCACHE]: '$GOMODCACHE', [join(dirname(await realpath(program)), '..')]: '$GOROOT' },
    parse: (stdout, stderr) => parseGo(stdout + stderr, folder),
    known: KNOWN_FAULTS,
  });
}

const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    message: /^(?:go: )?go\.mod file not found/,
    hint: 'Run `go mod init example.com/NAME` in the folder with the sources; a module of Go begins with that file.',
  },
];

/** Go's caches and module settings as the user has them; flags from the environment are left out. */
async function goEnvironment(program: string): Promise<Record<string, string> & { readonly GOMODCACHE: string }> {
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

/**
 * Downloads what go.sum lists, checked against it, and then compares all of it with what was downloaded: Go does not
 * look again at modules that an earlier build unpacked. Both run no code of theirs; the compiler has no network.
 */
async function fetchModules(
  request: CompileRequest,
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
  module: GoModule | undefined,
): Promise<void> {
  if (module === undefined || module.isVendored || module.required.length === 0) return;
  await requireSums(module, request.job.plugin);
  const home = join(request.outputFolder, '.home');
  await mkdir(home, { recursive: true });
  for (const [argument, isolation] of [
    ['download', 'online'],
    ['verify', 'offline'],
  ] as const) {
    const { exitCode, stdout, stderr } = await runProgram({
      program,
      arguments: ['mod', argument],
      folder: module.root,
      environment: compilerEnvironment(home, {
        ...environment,
        ...(isolation === 'offline' ? { GOPROXY: 'off' } : networkEnvironment()),
      }),
      timeoutMs: request.timeoutMs,
      signal: request.signal,
      isolation,
    });
    if (exitCode === 0) continue;
    const log = remapFolders(stdout + stderr, request).replaceAll(homedir(), '~');
    const message = log.trim().split('\n').join(' ') || `go mod ${argument} fails`;
    throw compileFailed(
      'go',
      request.job.plugin,
      [{ severity: 'error', message, file: moduleFile(request, module) }],
      log,
    );
  }
}

function moduleFile({ sourceFolder }: CompileRequest, { root }: GoModule): string {
  return posix.join(relative(sourceFolder, root).split(sep).join('/'), 'go.mod');
}

/** Go prints places relative to the folder that it runs in. */
function parseGo(log: string, folder: string): Diagnostic[] {
  return parseColonDiagnostics(log).map((diagnostic) =>
    diagnostic.file === undefined ? diagnostic : { ...diagnostic, file: resolve(folder, diagnostic.file) },
  );
}
