import { resolve } from 'node:path';
import { readCapped } from '#adapters/fs/capped-read';
import { AssayError } from '#model/errors';

export const MAX_MODULE_BYTES = 256 * 1024 * 1024;

/** The bytes of a file that a person named. Throws FILE_MISSING, FILE_UNREADABLE or FILE_TOO_LARGE. */
export async function readNamedFile(cwd: string, path: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await readCapped(resolve(cwd, path), maxBytes);
  if (bytes !== undefined) return bytes;
  throw new AssayError('FILE_MISSING', `${path} does not exist`, {
    hint: 'Check the path; it is relative to where you stand.',
  });
}
