import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { diskError, systemCode } from './disk-errors.ts';

export interface DurableWriteOptions {
  /** Folder on the same file system for the half-written file. */
  readonly scratch: string;
  /** Takes the write permission away: the file is never to change. */
  readonly readOnly?: boolean;
}

/**
 * Writes a whole file or nothing: into a scratch file, flushed, then renamed into place, and the folder's own entry
 * flushed. Throws FILE_UNWRITABLE; what was at `path` is then untouched.
 */
export async function writeDurably(path: string, bytes: Uint8Array, options: DurableWriteOptions): Promise<void> {
  const scratch = join(options.scratch, randomUUID());
  try {
    await mkdir(options.scratch, { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    const file = await open(scratch, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (options.readOnly) await chmod(scratch, 0o444);
    await renameOver(scratch, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(scratch, { force: true }).catch(() => {});
    throw diskError(cause, 'written', path);
  }
}

const RETRIES_ON_WINDOWS = 8;

/** Windows refuses to replace a file while somebody reads it; readers here are brief, so it is tried again. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (cause) {
      const code = systemCode(cause);
      const mayPass = process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
      if (!mayPass || attempt === RETRIES_ON_WINDOWS) throw cause;
      await wait(10 * 2 ** attempt);
    }
  }
}

/** Makes a rename survive a power cut. Windows cannot open folders and needs no such call. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
