import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AssayError } from '#model/errors';
import type { Folder } from '#ports/folder';
import { readCapped } from './capped-read.ts';
import { diskError, isMissing } from './disk-errors.ts';
import { syncFolder, writeDurably } from './durable-write.ts';
import { withLock } from './exclusive-lock.ts';
import { pathInside } from './safe-path.ts';

const SCRATCH = '.assay-scratch';
const LOCK = '.assay-lock';
const PATIENCE_MS = 10_000;

export interface LocalFolderOptions {
  /** Takes the write permission from files that are added and never change. */
  readonly protectAdded?: boolean;
  /** How long `exclusively` waits for another process. */
  readonly patienceMs?: number;
}

/** A folder on the local disk. It is made when something is first written to it. */
export function localFolder(location: string, options: LocalFolderOptions = {}): Folder {
  const base = resolve(location);
  const scratch = join(base, SCRATCH);

  return {
    location: base,
    async read(path, maxBytes) {
      return readCapped(await pathInside(base, path), maxBytes);
    },
    async replace(path, bytes) {
      await writeDurably(await pathInside(base, path), bytes, { scratch });
    },
    async add(path, bytes) {
      const full = await pathInside(base, path);
      const present = await readIfSameSize(full, bytes.length);
      if (present === undefined) {
        await writeDurably(full, bytes, { scratch, readOnly: options.protectAdded ?? false });
      } else if (present === 'differs' || Buffer.compare(present, bytes) !== 0) {
        throw new AssayError('FILE_UNWRITABLE', `${full} is already there with other contents`, {
          hint: 'Files of this kind never change, so this one is damaged. Restore it or delete it, then repeat.',
        });
      }
    },
    async list(path) {
      try {
        const names = await readdir(await pathInside(base, path));
        return names.filter((name) => !name.startsWith('.')).toSorted();
      } catch (cause) {
        if (isMissing(cause)) return [];
        throw diskError(cause, 'read', join(base, path));
      }
    },
    async remove(path) {
      const full = await pathInside(base, path);
      try {
        // Windows does not delete a file that is read-only.
        if (process.platform === 'win32') await chmod(full, 0o666);
        await rm(full, { recursive: true, force: true, maxRetries: 5 });
        await syncFolder(dirname(full));
      } catch (cause) {
        if (!isMissing(cause)) throw diskError(cause, 'written', full);
      }
    },
    async exclusively(action) {
      try {
        await mkdir(base, { recursive: true });
      } catch (cause) {
        throw diskError(cause, 'written', base);
      }
      return withLock(join(base, LOCK), options.patienceMs ?? PATIENCE_MS, async () => {
        await rm(scratch, { recursive: true, force: true });
        try {
          return await action();
        } finally {
          await rm(scratch, { recursive: true, force: true });
        }
      });
    },
  };
}

async function readIfSameSize(path: string, size: number): Promise<Uint8Array | 'differs' | undefined> {
  try {
    if ((await stat(path)).size !== size) return 'differs';
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw diskError(cause, 'read', path);
  }
  return readCapped(path, size);
}
