import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { AssayError } from '#model/errors';
import type { SharedInput } from '#ports/toolchain';
import { SharedInputs } from './shared-inputs.ts';
import { isTable, readToml, type Table } from './toml-file.ts';

/** What Cargo.toml files say about where a crate's other files lie. */
export interface CargoWorkspace {
  /** The folder with Cargo.lock: the workspace's root, or the crate's own where it has none. */
  readonly root: string;
  /** The crate's own folder and those of its path dependencies, and of theirs. */
  readonly crates: readonly string[];
  /** The workspace's other members, which cargo reads no further than their Cargo.toml. */
  readonly others: readonly string[];
}

const MAX_CRATES = 500;
const CONFIGS = ['.cargo/config.toml', '.cargo/config', 'rust-toolchain.toml', 'rust-toolchain'];

/** Reads the Cargo.toml of a crate and those around it. Throws DOCUMENT_MALFORMED. */
export async function readCargoWorkspace(folder: string, packageName?: string): Promise<CargoWorkspace> {
  const root = await workspaceRoot(folder);
  const members = root.table === undefined ? [] : await membersOf(root.folder, root.table);
  const start = packageName === undefined ? folder : await packageFolder(packageName, [folder, ...members], folder);
  const crates = new Set<string>();
  const queue = [start];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (crates.has(next)) continue;
    crates.add(next);
    if (crates.size > MAX_CRATES) throw tooMany(folder, `it has more than ${MAX_CRATES} path dependencies`);
    const manifest = await readToml(join(next, 'Cargo.toml'));
    if (manifest !== undefined) queue.push(...pathDependencies(manifest, next, root.folder, root.table));
  }
  const others = members.filter((member) => !crates.has(member));
  return { root: root.folder, crates: [...crates], others };
}

/** What a crate reads above its folder, as globs for the manifest. */
export async function cargoSharedInputs(folder: string, packageName?: string): Promise<SharedInput[]> {
  const { root, crates, others } = await readCargoWorkspace(folder, packageName);
  const shared = new SharedInputs(folder);
  for (const name of ['Cargo.toml', 'Cargo.lock']) shared.add(join(root, name));
  for (const above of foldersBetween(folder, root)) for (const name of CONFIGS) shared.add(join(above, name));
  for (const crate of crates) if (crate !== root) shared.add(join(crate, 'Cargo.toml'), join(crate, '**'));
  for (const member of others) shared.add(join(member, 'Cargo.toml'));
  return shared.found;
}

/**
 * Gives members that only lend their Cargo.toml the source files that cargo wants to see before it reads the lock file.
 * They are empty and never compiled; a crate that is compiled has to be among the inputs whole.
 */
export async function standInForMembers({ others }: CargoWorkspace): Promise<void> {
  for (const member of others) {
    const manifest = await readToml(join(member, 'Cargo.toml'));
    if (manifest === undefined) continue;
    const named = ['lib', 'bin', 'test', 'bench', 'example'].flatMap((kind) => {
      const targets: unknown = manifest[kind];
      return (Array.isArray(targets) ? targets : [targets]).filter(isTable).map((target) => targetPath(kind, target));
    });
    for (const path of [...named.filter((path) => path !== undefined), 'src/lib.rs']) {
      const file = resolve(member, path);
      if (!file.startsWith(member + sep) || existsSync(file)) continue;
      if (path === 'src/lib.rs' && existsSync(join(member, 'src', 'main.rs'))) continue;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, '');
    }
  }
}

function targetPath(kind: string, target: Table): string | undefined {
  if (typeof target['path'] === 'string') return target['path'];
  const name = target['name'];
  const folders: Readonly<Record<string, string>> = {
    bin: 'src/bin',
    test: 'tests',
    bench: 'benches',
    example: 'examples',
  };
  return typeof name === 'string' && folders[kind] !== undefined ? `${folders[kind]}/${name}.rs` : undefined;
}

async function workspaceRoot(folder: string): Promise<{ folder: string; table?: Table }> {
  const own = await readToml(join(folder, 'Cargo.toml'));
  const named = isTable(own?.['package']) ? own['package']['workspace'] : undefined;
  const candidates = typeof named === 'string' ? [resolve(folder, named)] : foldersUpwards(folder);
  for (const candidate of candidates) {
    const manifest = await readToml(join(candidate, 'Cargo.toml'));
    const workspace = manifest?.['workspace'];
    if (!isTable(workspace)) continue;
    if (candidate === folder || !isExcluded(candidate, workspace, folder))
      return { folder: candidate, table: workspace };
  }
  return { folder };
}

function isExcluded(root: string, workspace: Table, folder: string): boolean {
  return textsOf(workspace['exclude']).some((entry) => {
    const excluded = resolve(root, entry);
    return folder === excluded || folder.startsWith(excluded + sep);
  });
}

async function membersOf(root: string, workspace: Table): Promise<string[]> {
  const members = new Set<string>();
  if (existsSync(join(root, 'Cargo.toml')) && isTable((await readToml(join(root, 'Cargo.toml')))?.['package'])) {
    members.add(root);
  }
  for (const entry of textsOf(workspace['members'])) {
    for (const folder of await expand(root, entry)) {
      if (existsSync(join(folder, 'Cargo.toml')) && !isExcluded(root, workspace, folder)) members.add(folder);
    }
  }
  return [...members].toSorted();
}

/** `plugins/*` as the folders that fit; only whole path segments hold wildcards in practice. */
async function expand(root: string, pattern: string): Promise<string[]> {
  let folders = [root];
  for (const part of pattern.split('/').filter((segment) => segment !== '' && segment !== '.')) {
    if (!/[*?[{]/.test(part)) {
      folders = folders.map((folder) => resolve(folder, part));
      continue;
    }
    const fits = picomatch(part);
    const below = await Promise.all(
      folders.map(async (folder) => {
        const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
        return entries.filter((entry) => entry.isDirectory() && fits(entry.name)).map(({ name }) => join(folder, name));
      }),
    );
    folders = below.flat();
    if (folders.length > MAX_CRATES) throw tooMany(root, `"${pattern}" names more than ${MAX_CRATES} folders`);
  }
  return folders;
}

async function packageFolder(name: string, members: readonly string[], folder: string): Promise<string> {
  for (const member of members) {
    const manifest = await readToml(join(member, 'Cargo.toml'));
    if (isTable(manifest?.['package']) && manifest['package']['name'] === name) return member;
  }
  throw new AssayError('MANIFEST_INVALID', `no crate of this workspace is called "${name}"`, {
    hint: `Correct options.package of the build in ${folder}.`,
  });
}

function pathDependencies(manifest: Table, folder: string, root: string, workspace: Table | undefined): string[] {
  const shared = isTable(workspace?.['dependencies']) ? workspace['dependencies'] : {};
  const targets = isTable(manifest['target']) ? Object.values(manifest['target']).filter(isTable) : [];
  const replaced = [manifest['patch'], manifest['replace']].filter(isTable).flatMap((table) => Object.values(table));
  const tables = [manifest, ...targets].flatMap((table) =>
    ['dependencies', 'build-dependencies', 'dev-dependencies', 'build_dependencies', 'dev_dependencies'].map(
      (key) => table[key],
    ),
  );
  return [...tables, ...replaced].filter(isTable).flatMap((table) =>
    Object.entries(table).flatMap(([name, value]) => {
      if (!isTable(value)) return [];
      if (typeof value['path'] === 'string') return [resolve(folder, value['path'])];
      const inherited = value['workspace'] === true ? shared[name] : undefined;
      return isTable(inherited) && typeof inherited['path'] === 'string' ? [resolve(root, inherited['path'])] : [];
    }),
  );
}

/** The folders above one, up to and with another. Where that is not above it, only up to the repository's root. */
function foldersBetween(folder: string, root: string): string[] {
  const above = foldersUpwards(dirname(folder));
  const repository = above.findIndex((candidate) => existsSync(join(candidate, '.git')));
  const last = Math.max(above.indexOf(root), existsSync(join(folder, '.git')) ? -1 : repository);
  return above.slice(0, last + 1);
}

function foldersUpwards(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function tooMany(folder: string, why: string): AssayError {
  return new AssayError('DOCUMENT_MALFORMED', `Cargo.toml of ${folder} cannot be used: ${why}`, {
    hint: 'Give the plugin a workspace of its own, with the crates that it needs.',
  });
}
