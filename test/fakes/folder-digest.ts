import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** One digest over names, kinds, modes and contents of everything below a folder; equal exactly when nothing changed. */
export async function folderDigest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await readdir(folder, { recursive: true })).toSorted()) {
    const full = join(folder, path);
    const info = await lstat(full);
    const content = info.isFile() ? await readFile(full) : info.isSymbolicLink() ? await readlink(full) : '';
    hash.update(`${path}\0${info.mode}\0`).update(content).update('\0');
  }
  return hash.digest('hex');
}
