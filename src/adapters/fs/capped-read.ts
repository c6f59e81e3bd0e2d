import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { AssayError } from '#model/errors';
import { diskError, isMissing } from './disk-errors.ts';
import { readSome } from './read-some.ts';

const COPIED_BELOW = 1 << 20;

// A pipe without a writer would block the open for ever, and a link could lead anywhere. Windows has neither flag.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a plain file of at most `maxBytes` bytes; undefined when there is none. Throws FILE_TOO_LARGE (also when the
 * file grows meanwhile), FILE_UNREADABLE, or PATH_UNSAFE for links, devices and pipes.
 */
export async function readCapped(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  let file: number;
  try {
    file = openSync(path, FLAGS);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw diskError(cause, 'read', path);
  }
  try {
    const info = fstatSync(file);
    if (info.isDirectory()) throw new AssayError('FILE_UNREADABLE', `${path} is a folder, not a file`);
    if (!info.isFile()) throw new AssayError('PATH_UNSAFE', `${path} is not a plain file`);
    if (info.size > maxBytes) throw tooLarge(path, maxBytes);
    return await readAtMost(file, info.size, path, maxBytes);
  } catch (cause) {
    throw diskError(cause, 'read', path);
  } finally {
    closeSync(file);
  }
}

async function readAtMost(file: number, expected: number, path: string, maxBytes: number): Promise<Uint8Array> {
  // One byte more than stated tells a file that grew meanwhile from one that did not.
  let buffer = Buffer.allocUnsafe(expected + 1);
  let length = 0;
  for (;;) {
    const bytesRead = await readSome(file, buffer, length, length);
    if (bytesRead === 0) return settled(buffer, length);
    length += bytesRead;
    if (length > maxBytes) throw tooLarge(path, maxBytes);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(buffer.length * 2, maxBytes + 1));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
  }
}

/** What was read, as an array of its own; small buffers are parts of a pool, a large one would be long in copying. */
function settled({ buffer, byteOffset }: Buffer, length: number): Uint8Array {
  const bytes = new Uint8Array(buffer, byteOffset, length);
  return length < COPIED_BELOW ? bytes.slice() : bytes;
}

function tooLarge(path: string, maxBytes: number): AssayError {
  return new AssayError('FILE_TOO_LARGE', `${path} is larger than ${maxBytes} bytes`, {
    hint: 'Files of this kind are smaller; it is damaged or not what it should be.',
  });
}
