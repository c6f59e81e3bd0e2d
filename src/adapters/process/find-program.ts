import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

/** The absolute path of a program on PATH, or undefined. Relative PATH entries are skipped: they mean another folder. */
export async function findOnPath(name: string): Promise<string | undefined> {
  for await (const found of everyOnPath(name)) return found;
  return undefined;
}

/** All programs of a name on PATH, in its order. */
export async function* everyOnPath(name: string, environment: NodeJS.ProcessEnv = process.env): AsyncGenerator<string> {
  const isWindows = process.platform === 'win32';
  const endings = isWindows ? (environment['PATHEXT'] ?? '.EXE;.BAT;.CMD').split(';') : [''];
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    if (folder === '' || folder.startsWith('.')) continue;
    for (const ending of endings) {
      const candidate = join(folder, name + ending.toLowerCase());
      if (await isExecutable(candidate)) yield candidate;
    }
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
}

/**
 * An npm package as Node would find it from a folder: in node_modules there or in a folder above. The package's
 * `exports` do not matter, since its files are started, not imported.
 */
export async function findPackage(name: string, from: string): Promise<InstalledPackage | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    const version = await versionOf(candidate);
    if (version !== undefined) return { folder: await realpath(candidate), version };
    if (dirname(folder) === folder) return undefined;
  }
}

async function versionOf(folder: string): Promise<string | undefined> {
  try {
    const description: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    if (typeof description !== 'object' || description === null || !('version' in description)) return undefined;
    return typeof description.version === 'string' ? description.version : undefined;
  } catch {
    return undefined;
  }
}

/** The same, first from the plugin's own folder, then from where Assay itself is installed. */
export async function findPackageFor(name: string, sourceFolder: string): Promise<InstalledPackage | undefined> {
  return (await findPackage(name, sourceFolder)) ?? (await findPackage(name, import.meta.dirname));
}
