import { opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { IGNORED_FOLDERS } from '#model/build-inputs';
import { AssayError, isAssayError } from '#model/errors';
import { readContained } from './contained-read.ts';

/** The texts that say what a plugin is, as they lie in its folder. */
export interface PluginFolder {
  /** Relative to the workspace, forward slashes; `.` for the workspace itself. */
  readonly folder: string;
  /** What plugin.yaml is called in messages. */
  readonly source: string;
  readonly manifest: string;
  readonly cargoToml?: string;
  readonly packageJson?: string;
}

const MAX_TEXT_BYTES = 256 * 1024;
const MAX_DEPTH = 12;
const READ_AT_ONCE = 32;

/** Reads one plugin's folder. Throws MANIFEST_MISSING, FILE_TOO_LARGE, FILE_UNREADABLE or PATH_UNSAFE. */
export async function readPluginFolder(workspace: string, folder: string): Promise<PluginFolder> {
  const at = join(workspace, folder);
  const source = folder === '.' ? 'plugin.yaml' : `${folder}/plugin.yaml`;
  const manifest = await readText(at, 'plugin.yaml', source);
  if (manifest === undefined) {
    throw new AssayError('MANIFEST_MISSING', `${folder === '.' ? 'this folder' : folder} holds no plugin.yaml`, {
      hint: 'Run "assay init" there: it looks at the sources and writes one.',
    });
  }
  const cargoToml = await readText(at, 'Cargo.toml', `${folder}/Cargo.toml`);
  const packageJson = await readText(at, 'package.json', `${folder}/package.json`);
  return {
    folder,
    source,
    manifest,
    ...(cargoToml === undefined ? {} : { cargoToml }),
    ...(packageJson === undefined ? {} : { packageJson }),
  };
}

/** Every folder of a workspace that holds a plugin.yaml, in the order of their paths. */
export async function findPluginFolders(workspace: string): Promise<PluginFolder[]> {
  const folders: string[] = [];
  await collect(workspace, workspace, 0, folders);
  folders.sort();
  const found: PluginFolder[] = [];
  for (let start = 0; start < folders.length; start += READ_AT_ONCE) {
    const batch = folders.slice(start, start + READ_AT_ONCE);
    found.push(...(await Promise.all(batch.map((folder) => readPluginFolder(workspace, folder)))));
  }
  return found;
}

async function collect(workspace: string, at: string, depth: number, folders: string[]): Promise<void> {
  if (depth > MAX_DEPTH) return;
  for await (const entry of await opendir(at)) {
    if (entry.isDirectory()) {
      if (!IGNORED_FOLDERS.has(entry.name)) await collect(workspace, join(at, entry.name), depth + 1, folders);
    } else if (entry.isFile() && entry.name === 'plugin.yaml') {
      folders.push(relative(workspace, at).split(sep).join('/') || '.');
    }
  }
}

/** As text, where the folder has it. The folder is an author's, so a link out of it is not followed. */
async function readText(folder: string, name: string, shown: string): Promise<string | undefined> {
  try {
    const bytes = await readContained(folder, name, MAX_TEXT_BYTES);
    return bytes === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (!isAssayError(cause) || cause.code !== 'FILE_TOO_LARGE') throw cause;
    throw new AssayError('FILE_TOO_LARGE', `${shown} is larger than the ${MAX_TEXT_BYTES} bytes that are read`, {
      cause,
    });
  }
}
