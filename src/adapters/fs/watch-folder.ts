import { watch } from 'node:fs/promises';
import { sep } from 'node:path';
import { IGNORED_FOLDERS } from '#model/build-inputs';
import { AssayError } from '#model/errors';

const QUIET_MS = 120;

/**
 * Yields once for every burst of changes below a folder, after it has been quiet for a moment, until the signal.
 * Folders that builds do not read are left out, and so are outputs below `ignored`.
 * Throws FILE_UNREADABLE where the system cannot watch.
 */
export async function* watchFolder(
  folder: string,
  options: { readonly ignored: readonly string[]; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<readonly string[]> {
  let changed = new Set<string>();
  let wake: () => void = () => {};
  let failure: AssayError | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const listening = (async () => {
    try {
      for await (const { filename } of watch(folder, { recursive: true, signal })) {
        const path = filename?.split(sep).join('/');
        if (path === undefined || isIgnored(path, options.ignored)) continue;
        changed.add(path);
        clearTimeout(timer);
        timer = setTimeout(() => wake(), QUIET_MS);
      }
    } catch (cause) {
      if (!signal.aborted) failure = unwatchable(folder, cause);
    } finally {
      isOver = true;
      wake();
    }
  })();
  try {
    for (;;) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (isOver) resolve();
      });
      if (failure !== undefined) throw failure;
      if (isOver) return;
      const burst = [...changed].toSorted();
      changed = new Set();
      if (burst.length > 0) yield burst;
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
    await listening;
  }
}

function unwatchable(folder: string, cause: unknown): AssayError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AssayError('FILE_UNREADABLE', `${folder} cannot be watched: ${message}`, { cause });
}

function isIgnored(path: string, ignored: readonly string[]): boolean {
  if (path.split('/').some((part) => IGNORED_FOLDERS.has(part))) return true;
  return ignored.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
