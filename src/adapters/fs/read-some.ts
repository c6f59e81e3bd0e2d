import { read, readSync } from 'node:fs';
import { promisify } from 'node:util';

// Not from node:fs/promises, which brings line readers and watchers along and costs a millisecond of every start.
const readLater = promisify(read);

/** Bytes from which on other work goes on while they are read; below, handing them over takes longer. */
const LONG = 1 << 18;

/** Reads into `buffer` from `offset` on, from `position` in the file or where the last read ended. Returns how many bytes. */
export async function readSome(
  file: number,
  buffer: Uint8Array,
  offset: number,
  position: number | null,
): Promise<number> {
  const free = buffer.length - offset;
  if (free < LONG) return readSync(file, buffer, offset, free, position);
  return (await readLater(file, buffer, offset, free, position)).bytesRead;
}
