import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The repository's root folder. */
export const ROOT = dirname(import.meta.dirname);

/** A temporary folder with the project's configuration and installed packages, in which canaries are planted. */
export interface ScratchTree {
  readonly folder: string;
  write(path: string, text: string): void;
  [Symbol.dispose](): void;
}

/** Copies the named files of the repository into a new temporary tree. `using` removes it again. */
export function scratchTree(configuration: readonly string[]): ScratchTree {
  const folder = mkdtempSync(join(tmpdir(), 'assay-canary-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const path of configuration) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  return {
    folder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
