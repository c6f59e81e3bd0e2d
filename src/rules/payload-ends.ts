import { constants, inflateRawSync } from 'node:zlib';
import { firstZstdBlock, gzipStart, isTar } from './archive-formats.ts';
import { executableEnd } from './executable-ends.ts';
import type { Region } from './regions.ts';

/** What may still be unpacked to find where streams end; shared by the streams of one region. */
export interface UnpackBudget {
  left: number;
}

const STREAM_OUTPUT = 16 * 1024 * 1024;
export const REGION_OUTPUT = 64 * 1024 * 1024;

type End = (region: Region, start: number, budget: UnpackBudget) => number | undefined;

/**
 * Where each kind of payload ends, by what its format says; a kind that is not listed does not tell without being
 * unpacked. Never by looking for a mark of the end: whoever writes the payload can put one in its middle.
 */
const ENDS: Readonly<Record<string, End>> = {
  'WebAssembly module': moduleEnd,
  'ELF program': executableEnd,
  'Windows program': executableEnd,
  'Mach-O program': executableEnd,
  'gzip stream': gzipEnd,
  'ZIP archive': zipEnd,
  'Zstandard stream': zstdEnd,
  'tar archive': tarEnd,
  '7z archive': ({ bytes }, start) => plus(start + 32, long(bytes, start + 12), long(bytes, start + 20)),
  'Android program': ({ bytes }, start) => plus(start, word(bytes, start + 32)),
  'shell script': textEnd,
  'PowerShell command': textEnd,
};

/** The position behind a payload's last byte; undefined where the format does not tell, or tells nonsense. */
export function payloadEnd(region: Region, kind: string, start: number, budget: UnpackBudget): number | undefined {
  const end = ENDS[kind]?.(region, start, budget);
  return end !== undefined && end > start && end <= region.bytes.length ? end : undefined;
}

function textEnd({ text }: Region, start: number): number {
  const line = /[\x09\x0a\x0d\x20-\x7e\x80-\xff]*/y;
  line.lastIndex = start;
  line.exec(text);
  return line.lastIndex;
}

/** A little-endian number; undefined behind the end of the bytes. */
function word(bytes: Buffer, at: number, width = 4): number | undefined {
  return at >= 0 && at + width <= bytes.length ? bytes.readUIntLE(at, width) : undefined;
}

function long(bytes: Buffer, at: number): number | undefined {
  return at + 8 <= bytes.length ? Number(bytes.readBigUInt64LE(at)) : undefined;
}

function plus(start: number, ...sizes: readonly (number | undefined)[]): number | undefined {
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), start);
}

const LAST_SECTION = 13;

/** Section after section, as long as they are known and fit. */
function moduleEnd({ bytes }: Region, start: number): number | undefined {
  let at = start + 8;
  while (at < bytes.length && (bytes[at] ?? 0) <= LAST_SECTION) {
    let size = 0;
    let next = at + 1;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[next];
      if (byte === undefined || next - at > 5) return undefined;
      size += (byte & 0x7f) * scale;
      next += 1;
      if (byte < 0x80) break;
    }
    // Zeros behind a module look like custom sections of no bytes, which cannot be: they have a name.
    if (bytes[at] === 0 && size === 0) break;
    if (next + size > bytes.length) break;
    at = next + size;
  }
  return at;
}

function gzipEnd({ text, bytes }: Region, start: number, budget: UnpackBudget): number | undefined {
  const packed = gzipStart(text, start);
  if (packed === undefined || budget.left <= 0) return undefined;
  try {
    const { buffer, engine } = inflateWithEngine(bytes.subarray(packed), Math.min(STREAM_OUTPUT, budget.left));
    budget.left -= buffer.length;
    return packed + engine.bytesWritten + 8;
  } catch {
    // Too large, or broken behind the sample that confirmed it: nobody knows where it ends.
    budget.left -= STREAM_OUTPUT;
    return undefined;
  }
}

/** `info` makes Node return how much of the input the stream took. */
function inflateWithEngine(packed: Buffer, maxOutputLength: number) {
  const result: unknown = inflateRawSync(packed, { info: true, maxOutputLength, finishFlush: constants.Z_FINISH });
  return result as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
}

const DIRECTORY_END = 'PK\x05\x06';
const MAX_RECORDS = 10_000;

/**
 * The last end record whose directory ends where it begins, for an archive that begins at `start`: the one that
 * readers take too, while an entry may hold others.
 */
function zipEnd({ bytes, anchors }: Region, start: number): number | undefined {
  const records = anchors.get(DIRECTORY_END) ?? [];
  // Hostile data is nothing else; then the end counts as unknown.
  if (records.length > MAX_RECORDS) return undefined;
  let last: number | undefined;
  for (const at of records) {
    if (at > start && plus(start, word(bytes, at + 12), word(bytes, at + 16)) === at)
      last = plus(at + 22, word(bytes, at + 20, 2));
  }
  return last;
}

/** Block after block (RFC 8878, 3.1.1): each says its size, and whether it is the last. */
function zstdEnd({ bytes }: Region, start: number): number | undefined {
  const descriptor = bytes[start + 4] ?? 0;
  let at = firstZstdBlock(descriptor, start);
  for (;;) {
    const header = word(bytes, at, 3);
    if (header === undefined) return undefined;
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
    if ((header & 1) === 1) return at + ((descriptor & 0x04) === 0 ? 0 : 4);
  }
}

const TAR_BLOCK = 512;

/** Entry after entry, while headers follow whose checksum fits. */
function tarEnd({ text }: Region, start: number): number | undefined {
  let at = start;
  while (isTar(text, at + 257)) {
    const size = /^[0-7]{1,12}(?=[\0 ]|$)/.exec(text.slice(at + 124, at + 136))?.[0];
    if (size === undefined) return undefined;
    at += TAR_BLOCK * (1 + Math.ceil(Number.parseInt(size, 8) / TAR_BLOCK));
  }
  return at;
}
