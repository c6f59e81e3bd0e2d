import { base64Runs, wideRuns } from '#wasm/data-scan';
import { lastUpTo } from './last-up-to.ts';
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
const NOTHING = Buffer.alloc(0);
/** Letters of base64 (hexadecimal is part of it) that could hold something. */
const BASE64_RUN = 40;
/** Bytes below which nothing is long enough to be looked at; there may be a thousand such sections. */
const LEAST = 22;
const NONE: readonly Reading[] = [];
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
export function readingsOf(region: Region, budget: DecodingBudget): Iterable<Reading> {
  return region.bytes.length < LEAST ? NONE : allReadings(region, budget);
}

function* allReadings(region: Region, budget: DecodingBudget): Generator<Reading> {
  if (region.kind !== 'nested') {
    for (const reading of wideReadings(region)) {
      yield reading;
      yield* decoded(reading.bytes, budget, ` in ${reading.encoding}`, 1, reading.at);
    }
  }
  yield* decoded(region.bytes, budget, '', 0, (index) => index);
}

/** All wide text of one width is one reading: there may be a hundred thousand short runs of it. */
function* wideReadings(region: Region): Generator<Reading> {
  for (const width of [2, 4] as const) {
    const { bytes, starts, positions } = wideText(region.bytes, width);
    if (bytes.length === 0) continue;
    const at = (index: number): number => {
      const run = lastUpTo(starts, index);
      return (positions[run] ?? 0) + width * (index - (starts[run] ?? 0));
    };
    yield { bytes, encoding: WIDE[width], at };
  }
}

const WIDE = { 2: 'UTF-16', 4: 'UTF-32' } as const;

function* decoded(
  bytes: Uint8Array,
  budget: DecodingBudget,
  inside: string,
  depth: number,
  at: Reading['at'],
): Generator<Reading> {
  if (depth >= MAX_DEPTH || bytes.length < BASE64_RUN) return;
  for (const [start, end] of base64Runs(bytes, BASE64_RUN)) {
    const last = Math.min(end, start + MAX_RUN);
    // A shorter one may still do.
    if (!budget.take(last - start)) continue;
    const text = Buffer.from(bytes.subarray(start, last)).toString('latin1');
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

/** Runs of wide text, each behind a zero that no pattern reaches over, and where each is from. */
interface WideText {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly positions: readonly number[];
}

/**
 * Text that stands in bytes with zeros between its characters: UTF-16 (AssemblyScript, Windows and .NET strings; width
 * 2) and UTF-32 (wchar_t of C; width 4), in either byte order.
 */
function wideText(bytes: Uint8Array, width: 2 | 4): WideText {
  const starts: number[] = [];
  const positions: number[] = [];
  let narrow = NOTHING;
  let length = 0;
  const add = (from: number, characters: number): void => {
    if (length + characters + 1 > narrow.length) narrow = Buffer.concat([narrow], 2 * (length + characters) + 1024);
    starts.push(length);
    positions.push(from);
    for (let index = 0; index < characters; index++) narrow[length++] = bytes[from + width * index] ?? 0;
    narrow[length++] = 0;
  };
  for (const [start, end] of wideRuns(bytes, width)) {
    // With the zeros first the last character has none behind it, and one that has none before it is no part of it.
    const last = bytes[end] ?? 0;
    const hasLast = start > 0 && last >= 0x20 && last < 0x7f;
    const characters = (end - start) / width;
    if (start > 0 && bytes[start - 1] !== 0) {
      add(start, characters);
      add(start + width, characters - (hasLast ? 0 : 1));
    } else add(start, characters + (hasLast ? 1 : 0));
  }
  return { bytes: narrow.subarray(0, length), starts, positions };
}
