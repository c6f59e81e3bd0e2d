import { constants, crc32, inflateRawSync } from 'node:zlib';

/**
 * Tells compressed streams and archives from bytes that begin like them by chance, or that a decoder compares with:
 * each format has something behind its magic number that must fit. All take Latin-1 text and where the magic stands.
 */

/** Whether the CRC-32 of a run of bytes stands, little-endian, where the format keeps it. */
export function hasChecksum(text: string, start: number, length: number, at: number): boolean {
  const held = Buffer.from(text.slice(at, at + 4), 'latin1');
  const covered = Buffer.from(text.slice(start, start + length), 'latin1');
  return held.length === 4 && covered.length === length && held.readUInt32LE(0) === crc32(covered);
}

/** An xz stream header (xz-file-format 1.2) with a block behind it; an empty stream goes on with its index. */
export function isXz(text: string, at: number): boolean {
  if (!hasChecksum(text, at + 6, 2, at + 8)) return false;
  const size = text.charCodeAt(at + 12);
  const length = 4 * (size + 1);
  return size > 0 && hasChecksum(text, at + 12, length - 4, at + 12 + length - 4);
}

/** Where an archive begins whose end record (APPNOTE, 4.3.16) stands at `at`, by the sizes that it gives. */
export function zipStart(text: string, at: number): number {
  const record = Buffer.from(text.slice(at + 12, at + 20), 'latin1');
  return record.length < 8 ? at : at - record.readUInt32LE(0) - record.readUInt32LE(4);
}

/** An end record of a ZIP archive that has entries, with its directory before it. */
export function isZipEnd(text: string, at: number): boolean {
  const record = Buffer.from(text.slice(at + 12, at + 16), 'latin1');
  return record.length === 4 && text.startsWith('PK\x01\x02', at - record.readUInt32LE(0));
}

const GZIP_SAMPLE = 4096;
const GZIP_OUTPUT = 64 * 1024;

/** Where the deflate data behind a gzip header (RFC 1952) begins; undefined where there is no such header. */
export function gzipStart(text: string, at: number): number | undefined {
  const flags = text.charCodeAt(at + 3);
  if ((flags & 0xe0) !== 0 || text.length < at + 18) return undefined;
  if ((flags & 0x1e) !== 0 && (flags & 0x1e) !== 0x08) return undefined;
  const start = at + 10;
  if ((flags & 0x08) === 0) return start;
  const end = text.slice(start, start + 257).indexOf('\0');
  return end === -1 ? undefined : start + end + 1;
}

/** A gzip header whose deflate data really decodes, to something. */
export function isGzip(text: string, at: number): boolean {
  const start = gzipStart(text, at);
  if (start === undefined) return false;
  const sample = Buffer.from(text.slice(start, start + GZIP_SAMPLE), 'latin1');
  try {
    return inflateRawSync(sample, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: GZIP_OUTPUT }).length > 0;
  } catch (error) {
    // Whatever gives more than that is a stream; decoding a bomb to its end, thousands of times, is not needed.
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  }
}

const ZSTD_BLOCK = 128 * 1024;

/** Where the first block of a frame begins that stands at `at`, by its header descriptor (RFC 8878, 3.1.1.1). */
export function firstZstdBlock(descriptor: number, at: number): number {
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const content = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return at + 5 + (single ? 0 : 1) + dictionary + content;
}

/** A Zstandard frame (RFC 8878) whose first block has a size that the text still holds. */
export function isZstd(text: string, at: number): boolean {
  const descriptor = text.charCodeAt(at + 4);
  if ((descriptor & 0x08) !== 0) return false;
  const block = firstZstdBlock(descriptor, at);
  const header = text.charCodeAt(block) | (text.charCodeAt(block + 1) << 8) | (text.charCodeAt(block + 2) << 16);
  const [kind, size] = [(header >> 1) & 3, header >> 3];
  const held = kind === 1 ? 1 : size;
  return text.length > block + 3 && kind !== 3 && size > 0 && size <= ZSTD_BLOCK && block + 3 + held <= text.length;
}

/** A bzip2 stream; `at` is where its first block's magic stands, behind `BZh` and the block size. */
export function isBzip2(text: string, at: number): boolean {
  return /^BZh[1-9]$/.test(text.slice(Math.max(0, at - 4), at)) && text.length >= at + 14;
}

/** A RAR archive whose first header fits: version 4 has a fixed one, version 5 a checksum. */
export function isRar(text: string, at: number): boolean {
  if (text[at + 6] === '\0') return text[at + 9] === '\x73' && text.slice(at + 12, at + 14) === '\x0d\0';
  const size = text.charCodeAt(at + 12);
  return text.slice(at + 6, at + 8) === '\x01\0' && size < 0x80 && hasChecksum(text, at + 12, size + 1, at + 8);
}

/** A tar header (POSIX ustar, GNU) with its checksum; `at` is where `ustar` stands in it. */
export function isTar(text: string, at: number): boolean {
  const start = at - 257;
  if (start < 0 || text.length < start + 512) return false;
  const held = /^ *([0-7]{4,7})[\0 ]/.exec(text.slice(start + 148, start + 156))?.[1];
  if (held === undefined) return false;
  let sum = 8 * 0x20;
  for (let index = 0; index < 512; index++) {
    if (index < 148 || index >= 156) sum += text.charCodeAt(start + index);
  }
  return sum === Number.parseInt(held, 8);
}
