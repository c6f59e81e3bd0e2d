import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { readPluginFolder } from '#adapters/fs/plugin-folders';
import { AssayError } from '#model/errors';
import type { VersionedManifest } from '#model/manifest';
import { readManifest } from '#stages/plan/read-manifest';

export interface LoadedPlugin {
  /** Absolute folder with plugin.yaml. */
  readonly folder: string;
  readonly manifest: VersionedManifest;
  /** The text of plugin.yaml, for pointing at its lines. */
  readonly text: string;
  /** What plugin.yaml is called in messages: its path relative to where the user stands. */
  readonly source: string;
}

/** Reads plugin.yaml of a folder with what settles its version. Throws FILE_MISSING, MANIFEST_MISSING or MANIFEST_INVALID. */
export async function loadPlugin(cwd: string, folderArgument: string, tag?: string): Promise<LoadedPlugin> {
  const folder = resolve(cwd, folderArgument);
  requireFolder(folder, folderArgument);
  const files = await readPluginFolder(folder, '.').catch((error: unknown) => {
    if (!(error instanceof AssayError) || error.code !== 'MANIFEST_MISSING') throw error;
    const here = shown(cwd, folder) === '.';
    const below = pluginFoldersIn(folder).map((child) => shown(cwd, child));
    throw new AssayError('MANIFEST_MISSING', `${here ? 'this folder' : shown(cwd, folder)} holds no plugin.yaml`, {
      hint:
        below.length > 0
          ? `Name a folder that has one: ${below.slice(0, 5).join(', ')}${below.length > 5 ? ', …' : ''}.`
          : `Run \`assay init${here ? '' : ` ${shown(cwd, folder)}`}\`: it looks at the sources and writes one.`,
    });
  });
  const source = shown(cwd, resolve(folder, 'plugin.yaml'));
  const manifest = readManifest(files.manifest, {
    source,
    ...(files.cargoToml === undefined ? {} : { cargoToml: files.cargoToml }),
    ...(files.packageJson === undefined ? {} : { packageJson: files.packageJson }),
    ...(tag === undefined ? {} : { tag }),
  });
  return { folder, manifest, text: files.manifest, source };
}

function pluginFoldersIn(folder: string): string[] {
  return readdirSync(folder)
    .toSorted()
    .map((child) => resolve(folder, child))
    .filter((child) => existsSync(resolve(child, 'plugin.yaml')));
}

/**
 * Where a folder lies in the git repository around it, with forward slashes: how far its inputs may reach above it.
 * `.` for the repository's own folder, and where there is none.
 */
export function folderInRepository(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(resolve(at, '.git'))) return relative(at, folder).split(sep).join('/') || '.';
    if (dirname(at) === at) return '.';
  }
}

export function requireFolder(folder: string, named: string): void {
  const info = statSync(folder, { throwIfNoEntry: false });
  if (info === undefined) {
    throw new AssayError('FILE_MISSING', `the folder ${named} does not exist`, {
      hint: 'Name the folder that holds the sources and plugin.yaml; a plugin’s name goes with --name or into plugin.yaml.',
    });
  }
  if (!info.isDirectory()) {
    throw new AssayError('USAGE', `${named} is a file; a plugin’s folder is needed`, {
      hint: `Try ${dirname(named)}.`,
    });
  }
}

/** A path as people at `cwd` would write it, with forward slashes. */
export function shown(cwd: string, path: string): string {
  const short = relative(cwd, path);
  const text = short === '' ? '.' : short.startsWith('..') ? path : short;
  return text.split(sep).join('/');
}
