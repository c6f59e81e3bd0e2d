import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildJob } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { compilerEnvironment } from '../process/environment.ts';
import { runProgram } from '../process/run-program.ts';
import { compileWith } from './compile-with.ts';
import { compileFailed } from './diagnostics.ts';
import { OptionReader, targetOf } from './options.ts';
import { findRust, type InstalledRust, RUST_TARGETS, type RustTarget, rustHomes } from './rust-installation.ts';

/** Rust by cargo, or by rustc alone where there is no Cargo.toml. */
export const rust: Toolchain = { name: 'rust', recipe: 1, detect, compile };

const OPT_LEVEL = { size: 's', speed: '3', debug: '0' } as const;

function absent(target: RustTarget): ToolchainAbsence {
  return {
    missing: `Rust with the target ${target}`,
    hint: `With rustup: rustup target add ${target}. Debian, Ubuntu: sudo apt-get install cargo libstd-rust-dev-wasm32.`,
  };
}

async function detect(sourceFolder: string, job?: BuildJob): Promise<ToolchainPresence | ToolchainAbsence> {
  const target = job === undefined ? RUST_TARGETS[0] : targetOf(job, RUST_TARGETS);
  const found = await findRust(target, sourceFolder);
  return found === undefined ? absent(target) : { version: found.version, location: found.rustc };
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const target = targetOf(request.job, RUST_TARGETS);
  const found = await findRust(target, request.sourceFolder);
  if (found === undefined) {
    const { missing, hint } = absent(target);
    throw new AssayError('TOOLCHAIN_MISSING', `${missing} is missing`, { hint });
  }
  const options = readOptions(request.job);
  const hasCargo = await readFile(join(request.sourceFolder, 'Cargo.toml')).then(
    () => true,
    () => false,
  );
  return hasCargo ? compileCrate(request, found, options) : compileFile(request, found, options);
}

interface RustOptions {
  readonly isCommand: boolean;
  readonly strip: boolean;
  readonly package: string | undefined;
  readonly defaultFeatures: boolean;
  readonly edition: string;
}

function readOptions(job: BuildJob): RustOptions {
  const options = new OptionReader(job);
  const read: RustOptions = {
    isCommand: options.flag(
      'command',
      job.sources.some((source) => source.endsWith('main.rs')),
    ),
    strip: options.flag('strip', job.optimize !== 'debug'),
    package: options.text('package'),
    defaultFeatures: options.flag('defaultFeatures', true),
    edition: options.oneOf('edition', ['2015', '2018', '2021', '2024'], '2021'),
  };
  options.finish();
  return read;
}

// Loaded here, because a build from the cache reads no messages.
const messageReader = (): Promise<typeof import('./cargo-messages.ts')> => import('./cargo-messages.ts');

/** Paths of this machine that rustc would write into panic messages, and what stands for them. */
function remapFlags(request: CompileRequest, rust: InstalledRust): string[] {
  const remaps: Record<string, string> = {
    [request.sourceFolder]: '.',
    [join(request.outputFolder, '.target')]: 'target',
    [rust.cargoHome]: 'cargo',
    [rust.sysroot]: 'rust',
  };
  return Object.entries(remaps).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

async function compileFile(request: CompileRequest, rust: InstalledRust, options: RustOptions): Promise<CompileResult> {
  const { job } = request;
  const { parseCargoMessages, renderedMessages } = await messageReader();
  const [source, ...rest] = job.sources;
  if (source === undefined || rest.length > 0) {
    throw new AssayError('MANIFEST_INVALID', `a rust build of ${job.plugin} without Cargo.toml takes one source file`, {
      hint: 'Name the crate root in source:, or add a Cargo.toml.',
    });
  }
  return compileWith(request, {
    program: rust.rustc,
    arguments: [
      source,
      '--crate-name=plugin',
      `--crate-type=${options.isCommand ? 'bin' : 'cdylib'}`,
      `--edition=${options.edition}`,
      '--target',
      rust.target,
      '-C',
      `opt-level=${OPT_LEVEL[job.optimize]}`,
      '-C',
      'codegen-units=1',
      ...(options.strip ? ['-C', 'strip=symbols'] : []),
      ...(job.features ?? '')
        .split(',')
        .filter((feature) => feature !== '')
        .flatMap((feature) => ['--cfg', `feature="${feature}"`]),
      ...remapFlags(request, rust),
      '--error-format=json',
      '-o',
      join(request.outputFolder, 'module.wasm'),
    ],
    environment: rustHomes(),
    module: 'module.wasm',
    remap: { [rust.sysroot]: '$RUST', [rust.cargoHome]: '$CARGO' },
    parse: (_stdout, stderr) => parseCargoMessages(stderr),
    log: (stdout, stderr) => stdout + renderedMessages(stderr),
  });
}

async function compileCrate(
  request: CompileRequest,
  rust: InstalledRust,
  options: RustOptions,
): Promise<CompileResult> {
  const { job, outputFolder, sourceFolder } = request;
  const { cargoArtifact, parseCargoMessages, renderedMessages } = await messageReader();
  const lock = await readFile(join(sourceFolder, 'Cargo.lock'), 'utf8').catch(() => undefined);
  const environment = crateEnvironment(request, rust, options);
  const locked = lock === undefined ? [] : ['--locked'];
  await fetchCrates(request, rust, environment, locked);
  const profile = job.optimize === 'debug' ? [] : ['--release'];
  let artifact: string | undefined;
  const result = await compileWith(request, {
    program: rust.cargo,
    arguments: [
      'build',
      ...profile,
      ...locked,
      '--offline',
      '--target',
      rust.target,
      ...(options.isCommand ? ['--bins'] : ['--lib']),
      ...(options.package === undefined ? [] : ['--package', options.package]),
      ...(options.defaultFeatures ? [] : ['--no-default-features']),
      ...(job.features === undefined || job.features === '' ? [] : ['--features', job.features]),
      '--message-format=json',
    ],
    environment,
    module: 'module.wasm',
    remap: { [rust.sysroot]: '$RUST', [rust.cargoHome]: '$CARGO' },
    parse: (stdout) => {
      artifact = cargoArtifact(stdout);
      return parseCargoMessages(stdout);
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
): Record<string, string | undefined> {
  const { optimize } = request.job;
  const release = {
    CARGO_PROFILE_RELEASE_OPT_LEVEL: OPT_LEVEL[optimize],
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '1',
    CARGO_PROFILE_RELEASE_LTO: 'true',
    CARGO_PROFILE_RELEASE_STRIP: options.strip ? 'symbols' : 'none',
  };
  return {
    ...rustHomes(),
    ...(optimize === 'debug' ? {} : release),
    CARGO_TARGET_DIR: join(request.outputFolder, '.target'),
    CARGO_ENCODED_RUSTFLAGS: remapFlags(request, rust).join('\x1f'),
    CARGO_INCREMENTAL: '0',
    CARGO_TERM_COLOR: 'never',
    RUSTC: rust.rustc,
    PATH: `${dirname(rust.rustc)}${process.platform === 'win32' ? ';' : ':'}${process.env['PATH'] ?? ''}`,
  };
}

/** Downloads the crates of Cargo.lock, checked against its checksums; the compiler then runs without a network. */
async function fetchCrates(
  request: CompileRequest,
  rust: InstalledRust,
  environment: Readonly<Record<string, string | undefined>>,
  locked: readonly string[],
): Promise<void> {
  const home = join(request.outputFolder, '.home');
  await mkdir(home, { recursive: true });
  const { exitCode, stdout, stderr } = await runProgram({
    program: rust.cargo,
    arguments: ['fetch', ...locked, '--target', rust.target],
    folder: request.sourceFolder,
    environment: compilerEnvironment(home, environment),
    timeoutMs: request.timeoutMs,
    signal: request.signal,
  });
  if (exitCode === 0) return;
  const log = (stdout + stderr).replaceAll(homedir(), '~');
  const message = log.split('\n').find((line) => line.startsWith('error')) ?? log;
  throw compileFailed('rust', request.job.plugin, [{ severity: 'error', message, file: 'Cargo.toml' }], log);
}
