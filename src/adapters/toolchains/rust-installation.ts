import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { everyOnPath } from '../process/find-program.ts';
import { digestOfPrograms, programVersion } from './program-version.ts';

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
    if (version === undefined) continue;
    // Past rustup's launchers, which choose by the folder they start in: the build starts in another one.
    const [compiler, cargo] = await Promise.all(
      ['rustc', 'cargo'].map(async (name) => {
        const own = join(sysroot, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
        return (await isFile(own)) ? own : join(dirname(rustc), basename(own));
      }),
    );
    if (compiler === undefined || cargo === undefined) continue;
    return { version, rustc: compiler, cargo, sysroot, cargoHome: cargoHome(), target: name };
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

/** The compiler's own files: rustc, what it is made of, cargo, and the target's standard library. */
export async function rustIdentity(rust: InstalledRust): Promise<string> {
  const libraries = join(rust.sysroot, 'lib', 'rustlib', rust.target, 'lib');
  const standard = (await namesIn(libraries)).filter((name) => /^lib(?:std|core|alloc)-[0-9a-f]+\.rlib$/.test(name));
  return digestOfPrograms([
    rust.rustc,
    rust.cargo,
    ...(await driversOf(rust.sysroot)),
    ...standard.map((name) => join(libraries, name)),
  ]);
}

/** rustc is a small program around a library, which Debian keeps in a folder of the processor's name. */
async function driversOf(sysroot: string): Promise<string[]> {
  const library = join(sysroot, 'lib');
  const folders = (await namesIn(library)).filter((name) => /-linux-/.test(name)).map((name) => join(library, name));
  const found = await Promise.all(
    [library, join(sysroot, 'bin'), ...folders].map(async (folder) =>
      (await namesIn(folder)).filter((name) => /^(?:lib)?rustc_driver-/.test(name)).map((name) => join(folder, name)),
    ),
  );
  return found.flat();
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((): string[] => [])).toSorted();
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

function cargoHome(): string {
  return process.env['CARGO_HOME'] ?? join(homedir(), '.cargo');
}
