import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AssayError } from '#model/errors';
import { readCapped } from './capped-read.ts';
import { diskError, systemCode } from './disk-errors.ts';

/**
 * Reads a plain file that somebody else's folder holds; undefined when there is none. Links are followed as long as
 * they end inside the folder. Throws PATH_UNSAFE for one that leads out, and what readCapped throws.
 */
export async function readContained(folder: string, path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const full = join(folder, path);
  let base: string;
  let real: string;
  try {
    base = await realpath(folder);
    real = await realpath(full);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return undefined;
    throw diskError(cause, 'read', full);
  }
  if (!real.startsWith(base.endsWith(sep) ? base : base + sep)) {
    throw new AssayError('PATH_UNSAFE', `${full} is a link that leaves the plugin's folder`, {
      hint: 'Copy the file into the folder.',
    });
  }
  return readCapped(real, maxBytes);
}
