import { mkdir, readdir, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Digest, hexOf } from '#model/digest';
import type { BuildCache } from '#ports/build-cache';
import { readCapped } from '../fs/capped-read.ts';

const MAX_ENTRY_BYTES = 512 * 1024 * 1024;
const DEFAULT_MAX_BYTES = 2 * 1024 ** 3;

/**
 * A build cache in a local folder, one file an entry. When the folder grows past `maxBytes`, the entries that were not
 * used for longest are removed.
 */
export function folderCache(folder: string, maxBytes = DEFAULT_MAX_BYTES): BuildCache {
  const pathOf = (key: Digest): string => join(folder, hexOf(key));
  return {
    name: 'local folder',
    folder: resolve(folder),

    async restore(key, warn) {
      const path = pathOf(key);
      try {
        const held = await readCapped(path, MAX_ENTRY_BYTES);
        const now = new Date();
        if (held !== undefined) await utimes(path, now, now).catch(() => {});
        return held;
      } catch (cause) {
        warn(`the build cache in ${folder} cannot be read: ${messageOf(cause)}`);
        return undefined;
      }
    },

    async save(key, bytes, warn) {
      const temporary = `${pathOf(key)}.${process.pid}.tmp`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, bytes);
        await rename(temporary, pathOf(key));
        await trim(folder, maxBytes);
      } catch (cause) {
        await unlink(temporary).catch(() => {});
        warn(`the build is not cached in ${folder}: ${messageOf(cause)}`);
      }
    },

    async discard(key, warn) {
      await rm(pathOf(key), { force: true }).catch((cause: unknown) => {
        warn(`a damaged entry stays in ${folder}: ${messageOf(cause)}`);
      });
    },
  };
}

async function trim(folder: string, maxBytes: number): Promise<void> {
  // The folder may be one that holds other things as well.
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}(?:\.\d+\.tmp)?$/.test(name));
  const entries = await Promise.all(
    names.map(async (name) => {
      const info = await stat(join(folder, name)).catch(() => undefined);
      return { name, size: info?.size ?? 0, used: info?.mtimeMs ?? 0 };
    }),
  );
  let total = entries.reduce((sum, entry) => sum + entry.size, 0);
  for (const entry of entries.toSorted((a, b) => a.used - b.used)) {
    if (total <= maxBytes) return;
    await rm(join(folder, entry.name), { force: true });
    total -= entry.size;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
