import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult } from '#ports/toolchain';
import { compilerEnvironment, networkEnvironment } from '../process/environment.ts';
import { runProgram } from '../process/run-program.ts';
import { readPluginCargoConfig } from './cargo-config.ts';
import { closeCargoHome, makeCargoHome, openCargoHome } from './cargo-home.ts';
import { checkDownloads, readCargoLock } from './cargo-lock.ts';
import { withCommonRoot } from './cargo-common-root.ts';
import { cargoArtifact, parseCargoMessages, renderedMessages } from './cargo-messages.ts';
import { type CargoWorkspace, readCargoWorkspace, standInForMembers } from './cargo-workspace.ts';
import { compileWith, remapFolders } from './compile-with.ts';
import { compileFailed } from './diagnostics.ts';
import { acceptRustFlags } from './rust-flag-list.ts';
import type { InstalledRust } from './rust-installation.ts';
import { OPT_LEVEL, remapFlags, type RustOptions } from './rust-options.ts';

interface CargoCall {
  readonly request: CompileRequest;
  readonly rust: InstalledRust;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly remap: Readonly<Record<string, string>>;
  /** Cargo takes its configuration from the folder it starts in; this one has none, nor have those above it. */
  readonly folder: string;
  readonly manifest: string;
}

/** Compiles a crate: fetches what Cargo.lock names, then builds without a network. */
export async function compileCrate(
  request: CompileRequest,
  rust: InstalledRust,
  options: RustOptions,
): Promise<CompileResult> {
  const { job, outputFolder, sourceFolder } = request;
  const named = await readCargoWorkspace(sourceFolder, options.package);
  await standInForMembers(named);
  const workspace = await withCommonRoot(named, request.sourceRoot);
  const config = await readPluginCargoConfig(request, rust.target);
  const home = join(outputFolder, '.cargo-home');
  const flags = [...remapFlags(request, rust, home), ...acceptRustFlags(config.rustflags, request)];
  await refuseConfigAbove(outputFolder);
  const call: CargoCall = {
    request,
    rust,
    environment: crateEnvironment(request, rust, options, { home, flags }),
    remap: { [rust.sysroot]: '$RUST', [home]: '$CARGO', [rust.cargoHome]: '$CARGO' },
    folder: home,
    manifest: join(sourceFolder, 'Cargo.toml'),
  };
  await makeCargoHome(home, rust.cargoHome);
  await openCargoHome(home, rust.cargoHome, config);
  const crates = await settleLock(call, workspace);
  await fetchCrates(call);
  await checkDownloads(crates, join(home, 'registry', 'cache'));
  await closeCargoHome(home, rust.cargoHome, config);
  let artifact: string | undefined;
  const result = await compileWith(request, {
    program: rust.cargo,
    arguments: [
      'build',
      '--manifest-path',
      call.manifest,
      ...(job.optimize === 'debug' ? [] : ['--release']),
      '--locked',
      '--offline',
      '--target',
      rust.target,
      ...(options.isCommand ? ['--bins'] : ['--lib']),
      ...(options.package === undefined ? [] : ['--package', options.package]),
      ...(options.defaultFeatures ? [] : ['--no-default-features']),
      ...(job.features === undefined || job.features === '' ? [] : ['--features', job.features]),
      '--message-format=json',
    ],
    folder: call.folder,
    environment: call.environment,
    module: 'module.wasm',
    remap: call.remap,
    parse: (stdout, stderr) => {
      artifact = cargoArtifact(stdout);
      return parseCargoMessages(stdout, stderr, workspace.root);
    },
    log: (stdout, stderr) => stderr + renderedMessages(stdout),
  });
  if (artifact === undefined) {
    throw new AssayError('OUTPUT_MISSING', `cargo built ${job.plugin}, but no WebAssembly module`, {
      hint: 'A library plugin needs in Cargo.toml: [lib] crate-type = ["cdylib"]',
    });
  }
  await copyFile(artifact, join(outputFolder, 'module.wasm'));
  return result;
}

function crateEnvironment(
  request: CompileRequest,
  rust: InstalledRust,
  options: RustOptions,
  { home, flags }: { readonly home: string; readonly flags: readonly string[] },
): Record<string, string | undefined> {
  const { optimize } = request.job;
  const release = {
    CARGO_PROFILE_RELEASE_OPT_LEVEL: OPT_LEVEL[optimize],
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '1',
    CARGO_PROFILE_RELEASE_LTO: 'true',
    CARGO_PROFILE_RELEASE_STRIP: options.strip ? 'symbols' : 'none',
  };
  return {
    ...(optimize === 'debug' ? {} : release),
    CARGO_HOME: home,
    CARGO_TARGET_DIR: join(request.outputFolder, '.target'),
    CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f'),
    CARGO_INCREMENTAL: '0',
    CARGO_TERM_COLOR: 'never',
    RUSTC: rust.rustc,
    PATH: `${dirname(rust.rustc)}${process.platform === 'win32' ? ';' : ':'}${process.env['PATH'] ?? ''}`,
  };
}

/** Another user of this machine could put it there, and it would steer every build. */
async function refuseConfigAbove(folder: string): Promise<void> {
  for (let at = folder; ; at = dirname(at)) {
    const names = await readdir(join(at, '.cargo')).catch((): string[] => []);
    if (names.some((name) => name === 'config' || name === 'config.toml')) {
      throw new AssayError('PATH_UNSAFE', `${join(at, '.cargo')} would steer what cargo builds in ${folder}`, {
        hint: 'Remove that folder, or set TMPDIR to one with no .cargo above it.',
      });
    }
    if (dirname(at) === at) return;
  }
}

/**
 * The registry's crates of Cargo.lock. A crate without dependencies may go without one: cargo then writes a lock file
 * into the copy that names only the crate itself. Throws FILE_MISSING where more than that would be chosen unseen.
 */
async function settleLock(call: CargoCall, { root }: CargoWorkspace) {
  const lock = await readCargoLock(root);
  if (lock !== undefined) return lock.crates;
  const { exitCode, stdout, stderr } = await runCargo(call, ['generate-lockfile', '--offline'], 'offline');
  const made = exitCode === 0 ? await readCargoLock(root) : undefined;
  if (made !== undefined && made.fetched.length === 0) return [];
  const isAboutFetching = /registry|offline|index|\bgit\b/i.test(stderr);
  if (exitCode !== 0 && !isAboutFetching) throw cargoFailed(call, stdout + stderr);
  throw new AssayError('FILE_MISSING', `${call.request.job.plugin} has dependencies but no Cargo.lock that pins them`, {
    hint: 'Run: cargo generate-lockfile, and commit Cargo.lock. With inputs: in plugin.yaml, name it there.',
  });
}

/** Downloads the crates of Cargo.lock; no code of the plugin or of a crate runs. */
async function fetchCrates(call: CargoCall): Promise<void> {
  const { exitCode, stdout, stderr } = await runCargo(
    call,
    ['fetch', '--locked', '--target', call.rust.target],
    'online',
  );
  if (exitCode !== 0) throw cargoFailed(call, stdout + stderr);
}

/** What cargo says before it starts a compiler: the fault, and the cause it names last, which is the most exact one. */
function cargoFailed({ request, remap }: CargoCall, output: string): AssayError {
  const log = remapFolders(output, request, remap).replaceAll(homedir(), '~');
  const lines = log.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line.startsWith('error')) ?? log;
  const cause = lines.findLast((line, index) => line !== '' && index > lines.indexOf('Caused by:')) ?? '';
  const message = lines.includes('Caused by:') ? `${first}: ${cause}` : first;
  return compileFailed('rust', request.job.plugin, [{ severity: 'error', message, file: 'Cargo.toml' }], log);
}

async function runCargo(call: CargoCall, [command = '', ...rest]: readonly string[], isolation: 'online' | 'offline') {
  const { request, rust } = call;
  const home = join(request.outputFolder, '.home');
  await mkdir(home, { recursive: true });
  return runProgram({
    program: rust.cargo,
    arguments: [command, '--manifest-path', call.manifest, ...rest],
    folder: call.folder,
    environment: compilerEnvironment(home, {
      ...(isolation === 'online' ? networkEnvironment() : {}),
      ...call.environment,
    }),
    timeoutMs: request.timeoutMs,
    signal: request.signal,
    isolation,
  });
}
