import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { everyOnPath } from '../process/find-program.ts';
import { programVersion } from './program-version.ts';

/** Targets by today's names; the first is the default. */
export const RUST_TARGETS = [
  'wasm32-wasip1',
  'wasm32-unknown-unknown',
  'wasm32-wasip2',
  'wasm32-unknown-emscripten',
] as const;
export type RustTarget = (typeof RUST_TARGETS)[number];

// Before Rust 1.78 the target was called wasm32-wasi.
const FORMER_NAMES: Readonly<Partial<Record<RustTarget, string>>> = { 'wasm32-wasip1': 'wasm32-wasi' };

export interface InstalledRust {
  readonly version: string;
  readonly rustc: string;
  readonly cargo: string;
  readonly sysroot: string;
  readonly cargoHome: string;
  /** The target as this compiler calls it. */
  readonly target: string;
}

/** The first rustc on PATH that has the target's standard library; a machine may have rustup's and the system's. */
export async function findRust(target: RustTarget, sourceFolder: string): Promise<InstalledRust | undefined> {
  const question = { folder: sourceFolder, dependsOn: await rustupState(sourceFolder) };
  for await (const rustc of everyOnPath('rustc')) {
    const sysroot = await programVersion(rustc, ['--print', 'sysroot'], question);
    if (sysroot === undefined) continue;
    const name = await installedName(sysroot, target);
    if (name === undefined) continue;
    const version = await programVersion(rustc, ['--version'], question);
    const cargo = join(dirname(rustc), process.platform === 'win32' ? 'cargo.exe' : 'cargo');
    if (version === undefined) continue;
    return { version, rustc, cargo, sysroot, cargoHome: cargoHome(), target: name };
  }
  return undefined;
}

/**
 * What rustup chooses a compiler by. Its rustc is a launcher, whose own file stays the same when the compiler changes:
 * the settings, the plugin's rust-toolchain file, and the hashes of what is installed say more.
 */
async function rustupState(sourceFolder: string): Promise<string> {
  const home = process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup');
  const texts = [process.env['RUSTUP_TOOLCHAIN'] ?? '', await textOf(join(home, 'settings.toml'))];
  const hashes = await readdir(join(home, 'update-hashes')).catch((): string[] => []);
  for (const name of hashes.toSorted()) texts.push(name, await textOf(join(home, 'update-hashes', name)));
  for (let folder = sourceFolder; ; folder = dirname(folder)) {
    const override =
      (await textOf(join(folder, 'rust-toolchain.toml'))) + (await textOf(join(folder, 'rust-toolchain')));
    if (override !== '' || dirname(folder) === folder) return JSON.stringify([...texts, override]);
  }
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function installedName(sysroot: string, target: RustTarget): Promise<string | undefined> {
  for (const name of [target, FORMER_NAMES[target]]) {
    if (name === undefined) continue;
    const library = await stat(join(sysroot, 'lib', 'rustlib', name, 'lib')).catch(() => undefined);
    if (library?.isDirectory() === true) return name;
  }
  return undefined;
}

/** Where rustup and cargo keep toolchains and crates; nothing is installed on the way. */
export function rustHomes(): Record<string, string | undefined> {
  return {
    CARGO_HOME: cargoHome(),
    RUSTUP_HOME: process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup'),
    RUSTUP_TOOLCHAIN: process.env['RUSTUP_TOOLCHAIN'],
    RUSTUP_AUTO_INSTALL: '0',
  };
}

function cargoHome(): string {
  return process.env['CARGO_HOME'] ?? join(homedir(), '.cargo');
}
