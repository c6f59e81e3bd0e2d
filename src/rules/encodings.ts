import type { Region } from './regions.ts';

/** Bytes that stand in a region in another form, and how they were written there. */
export interface Reading {
  readonly bytes: Buffer;
  /** `UTF-16`, `base64`, `base64 in UTF-16`; for a sentence. */
  readonly encoding: string;
  /** Position in the region of a position in `bytes`, or near it. */
  readonly at: (index: number) => number;
}

/** Longest run of an encoding that is decoded, and how much of a module is decoded at all. */
const MAX_RUN = 64 * 1024;
const MAX_TOTAL = 512 * 1024;
/** Encodings inside encodings that are undone. */
const MAX_DEPTH = 2;

/** How much may still be decoded; shared by all regions of one module. */
export class DecodingBudget {
  #left = MAX_TOTAL;

  take(amount: number): boolean {
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }
}

/** What a region holds as wide text, in base64 or in hexadecimal, and each of these in one of them once more. */
export function* readingsOf(region: Region, budget: DecodingBudget): Generator<Reading> {
  if (region.kind !== 'nested') {
    for (const width of [2, 4] as const) {
      for (const { bytes, position } of wideText(region.bytes, width)) {
        const at = (index: number) => position + width * index;
        yield { bytes, encoding: WIDE[width], at };
        yield* decoded(bytes, budget, ` in ${WIDE[width]}`, 1, at);
      }
    }
  }
  yield* decoded(region.bytes, budget, '', 0, (index) => index);
}

const WIDE = { 2: 'UTF-16', 4: 'UTF-32' } as const;

function* decoded(
  bytes: Uint8Array,
  budget: DecodingBudget,
  inside: string,
  depth: number,
  at: Reading['at'],
): Generator<Reading> {
  if (depth >= MAX_DEPTH) return;
  for (const [start, end] of base64Runs(bytes)) {
    const text = Buffer.from(bytes.subarray(start, Math.min(end, start + MAX_RUN))).toString('latin1');
    if (!budget.take(text.length)) return;
    const hex = text.replace(/[\r\n]/g, '');
    const readings = /^[0-9a-f]+$/i.test(hex)
      ? [{ bytes: Buffer.from(hex.slice(0, hex.length & ~1), 'hex'), encoding: `hexadecimal${inside}` }]
      : [];
    readings.push({ bytes: Buffer.from(text, 'base64'), encoding: `base64${inside}` });
    for (const reading of readings) {
      yield { ...reading, at: () => at(start) };
      yield* decoded(reading.bytes, budget, ` in ${reading.encoding}`, depth + 1, () => at(start));
    }
  }
}

const BASE64 = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  BASE64[character.charCodeAt(0)] = 1;
}
const BASE64_RUN = 40;

/**
 * Runs of the base64 alphabet (hexadecimal is part of it) that could hold something, over the ends of lines, as start
 * and end. Looked at from where a run of the shortest length would end, most bytes that are not text are never read.
 */
function* base64Runs(bytes: Uint8Array): Generator<readonly [number, number]> {
  let start = 0;
  while (start + BASE64_RUN <= bytes.length) {
    let back = start + BASE64_RUN - 1;
    while (back >= start && BASE64[bytes[back] ?? 0] === 1) back -= 1;
    if (back >= start) {
      start = back + 1;
      continue;
    }
    let end = start + BASE64_RUN;
    while (end < bytes.length) {
      if (BASE64[bytes[end] ?? 0] === 1) end += 1;
      else {
        const next = lineBreakEnd(bytes, end);
        if (next === end || BASE64[bytes[next] ?? 0] !== 1) break;
        end = next;
      }
    }
    yield [start, end];
    start = end + 1;
  }
}

function lineBreakEnd(bytes: Uint8Array, at: number): number {
  const after = bytes[at] === 0x0d ? at + 1 : at;
  return bytes[after] === 0x0a ? after + 1 : at;
}

const WIDE_RUN = 12;
const STRIDE = 16;

/**
 * Text that stands in bytes with zeros between its characters, and where each run begins: UTF-16 (AssemblyScript,
 * Windows and .NET strings; width 2) and UTF-32 (wchar_t of C; width 4), in either byte order.
 */
function* wideText(bytes: Uint8Array, width: 2 | 4): Generator<{ bytes: Buffer; position: number }> {
  const isWide = (at: number) => {
    const low = bytes[at] ?? 0;
    if (low < 0x20 || low >= 0x7f) return false;
    for (let zero = 1; zero < width; zero++) if (bytes[at + zero] !== 0) return false;
    return true;
  };
  // Twelve characters take 24 bytes or more: whole ones stand at each sixteenth byte among them, or a little further.
  for (let probe = 0; probe < bytes.length; probe += STRIDE) {
    // Most bytes are no wide text, and show it where zeros would have to be.
    if (bytes[probe + 1] !== 0 && bytes[probe + 2] !== 0) continue;
    if (width === 4 && bytes[probe + 3] !== 0 && bytes[probe] !== 0) continue;
    let inside = probe;
    while (inside < probe + width - 1 && bytes[inside + 1] !== 0) inside += 1;
    while (inside < probe + width - 1 && bytes[inside] === 0) inside += 1;
    if (!isWide(inside) || !isWide(inside + width)) continue;
    let start = inside;
    while (start >= width && isWide(start - width)) start -= width;
    let end = inside + 2 * width;
    while (isWide(end)) end += width;
    probe = Math.max(probe, end - (end % STRIDE));
    if (end - start < width * WIDE_RUN) continue;
    // With the zeros first the last character has none behind it.
    const last = bytes[end] ?? 0;
    const isLast = bytes[start - 1] === 0 && last >= 0x20 && last < 0x7f;
    const narrow = Buffer.alloc((end - start) / width + (isLast ? 1 : 0));
    for (let index = 0; index < narrow.length; index++) narrow[index] = bytes[start + width * index] ?? 0;
    yield { bytes: narrow, position: start };
  }
}
