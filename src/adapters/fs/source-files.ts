import { open, opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { IGNORED_FOLDERS } from '#model/build-inputs';
import { diskError } from './disk-errors.ts';

const READ_BYTES = 64 * 1024;
const MAX_FILES = 2000;
const MAX_DEPTH = 4;
const TEXT_NAMES = /\.(?:c|cc|cpp|cxx|h|hpp|rs|go|zig|ts|js|mjs|wat|wit|toml|json|mod)$/;

/** The beginnings of a folder's source files, to infer a toolchain from; at most 2,000 files, four folders deep. */
export async function readSourceFiles(folder: string): Promise<{ readonly path: string; readonly text: string }[]> {
  const paths: string[] = [];
  await collect(folder, 0, paths);
  const files = [];
  for (const path of paths.toSorted()) {
    files.push({ path: relative(folder, path).split(sep).join('/'), text: await beginning(path) });
  }
  return files;
}

async function collect(folder: string, depth: number, paths: string[]): Promise<void> {
  try {
    for await (const entry of await opendir(folder)) {
      if (paths.length >= MAX_FILES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const isHidden = entry.name.startsWith('.') && entry.name !== '.cargo';
        if (depth < MAX_DEPTH && !isHidden && !IGNORED_FOLDERS.has(entry.name)) {
          await collect(path, depth + 1, paths);
        }
      } else if (entry.isFile() && TEXT_NAMES.test(entry.name)) paths.push(path);
    }
  } catch (cause) {
    throw diskError(cause, 'read', folder);
  }
}

async function beginning(path: string): Promise<string> {
  const file = await open(path).catch((cause: unknown) => {
    throw diskError(cause, 'read', path);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
