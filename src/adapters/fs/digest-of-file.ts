import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Digest } from '#model/digest';
import { readSome } from './read-some.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Digest of a file of any size, a piece at a time. Throws what the system says where it cannot be read. */
export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(fstatSync(file).size + 1, CHUNK_BYTES));
    for (;;) {
      const bytesRead = await readSome(file, buffer, 0, null);
      if (bytesRead === 0) return `sha256:${hash.digest('hex')}`;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    closeSync(file);
  }
}
