import { copyFile, stat, writeFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { stringify } from 'smol-toml';
import type { CargoWorkspace } from './cargo-workspace.ts';
import { isTable, readToml, type Table } from './toml-file.ts';

/**
 * Puts a crate and its path dependencies beside it under one workspace in the copy. Cargo mixes the absolute folder of
 * a dependency outside the workspace into the names of its symbols, so that its bytes would differ with the folder.
 * Where they are in one already, or a dependency brings a workspace of its own, nothing changes.
 */
export async function withCommonRoot(workspace: CargoWorkspace, sourceRoot: string): Promise<CargoWorkspace> {
  const { root, crates } = workspace;
  const isAbove = (folder: string): boolean => !folder.startsWith(root + sep) && folder !== root;
  if (!crates.some(isAbove) || !crates.every((folder) => folder.startsWith(sourceRoot + sep))) return workspace;
  const manifests = await Promise.all(crates.map((folder) => readToml(join(folder, 'Cargo.toml'))));
  const own = manifests[crates.indexOf(root)];
  const taken = await stat(join(sourceRoot, 'Cargo.toml')).catch(() => undefined);
  if (own === undefined || taken !== undefined || manifests.some((manifest) => manifest?.['workspace'] !== undefined)) {
    return workspace;
  }
  const below = (folder: string): string => relative(sourceRoot, folder).split(sep).join('/');
  const patch = own['patch'];
  const manifest = {
    workspace: { members: crates.map(below), resolver: resolverOf(own) },
    // These count in the root only, which was the crate itself.
    ...(own['profile'] === undefined ? {} : { profile: own['profile'] }),
    ...(isTable(patch) ? { patch: movedPaths(patch, below(root)) } : {}),
  };
  await writeFile(join(sourceRoot, 'Cargo.toml'), stringify(manifest));
  await copyFile(join(root, 'Cargo.lock'), join(sourceRoot, 'Cargo.lock')).catch(() => {});
  return { root: sourceRoot, crates, others: [] };
}

const RESOLVERS = new Map<unknown, string>([
  ['2021', '2'],
  ['2024', '3'],
]);

/** The resolver that the crate has as its own root. */
function resolverOf({ package: described }: Table): string {
  const own = isTable(described) ? described : {};
  if (typeof own['resolver'] === 'string') return own['resolver'];
  return RESOLVERS.get(own['edition']) ?? '1';
}

function movedPaths(patch: Table, folder: string): Table {
  return Object.fromEntries(
    Object.entries(patch).map(([key, value]) => {
      if (isTable(value)) return [key, movedPaths(value, folder)];
      const isPath = key === 'path' && typeof value === 'string' && !value.startsWith('/');
      return [key, isPath ? posix.join(folder, value) : value];
    }),
  );
}
