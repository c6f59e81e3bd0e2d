import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedFile } from './generated-file.ts';

export interface Currency {
  /** Files whose text differs from what would be generated, or which are not there. */
  readonly stale: readonly GeneratedFile[];
  /** Files in a folder of generated files that nothing generates any more. */
  readonly orphans: readonly string[];
}

/** Compares a tree with what ought to stand in it. `folders` hold generated files only. */
export function compareWithTree(root: string, files: readonly GeneratedFile[], folders: readonly string[]): Currency {
  const known = new Set(files.map(({ path }) => path));
  const orphans = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !known.has(path));
  const stale = files.filter(({ path, text }) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  return { stale, orphans };
}
