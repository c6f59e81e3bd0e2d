import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, hexOf } from '#model/digest';
import type { BuildCache } from '#ports/build-cache';
import { readCapped } from '../fs/capped-read.ts';

export interface ActionsCacheOptions {
  /** A folder whose path is the same in every job, such as RUNNER_TEMP; the cache service keys entries by path too. */
  readonly folder: string;
  /** Longest wait for one entry; default: two minutes. A slow cache is no reason to wait longer than a build. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_ENTRY_BYTES = 512 * 1024 * 1024;
const PREFIX = 'assay-build-';

/**
 * The cache of GitHub Actions, through GitHub's own client. Undefined where the job has none. Never use it in a job
 * that could publish: whoever can write to the cache would then choose what is published.
 */
export async function actionsCache(options: ActionsCacheOptions): Promise<BuildCache | undefined> {
  const client = await import('@actions/cache');
  if (!client.isFeatureAvailable()) return undefined;
  const limit = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const pathOf = (key: Digest): string => join(options.folder, 'assay-cache', hexOf(key));

  return {
    name: 'Actions cache',

    async restore(key, warn) {
      const path = pathOf(key);
      try {
        const found = await within(limit, client.restoreCache([path], PREFIX + hexOf(key), [], { timeoutInMs: limit }));
        if (found !== PREFIX + hexOf(key)) return undefined;
        // Whatever was archived under the key is there now; a pipe or a link is no entry.
        return await readCapped(path, MAX_ENTRY_BYTES);
      } catch (cause) {
        warn(`the Actions cache gave nothing: ${messageOf(cause)}`);
        return undefined;
      } finally {
        await rm(path, { force: true });
      }
    },

    async save(key, bytes, warn) {
      const path = pathOf(key);
      try {
        await mkdir(join(options.folder, 'assay-cache'), { recursive: true });
        await writeFile(path, bytes);
        await within(limit, client.saveCache([path], PREFIX + hexOf(key)));
      } catch (cause) {
        warn(`the build is not in the Actions cache: ${messageOf(cause)}`);
      } finally {
        await rm(path, { force: true });
      }
    },

    // Entries of the service cannot be changed or removed from a job; the next save finds the key taken and goes on.
    async discard(_key, warn) {
      warn('a damaged entry stays in the Actions cache; delete it on the repository’s Caches page');
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
