import { base64Runs, wideRuns } from '#wasm/data-scan';
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
/** Letters of base64 (hexadecimal is part of it) that could hold something. */
const BASE64_RUN = 40;
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
    for (const reading of wideReadings(region)) {
      yield reading;
      yield* decoded(reading.bytes, budget, ` in ${reading.encoding}`, 1, reading.at);
    }
  }
  yield* decoded(region.bytes, budget, '', 0, (index) => index);
}

function* wideReadings(region: Region): Generator<Reading> {
  for (const width of [2, 4] as const) {
    for (const { bytes, position } of wideText(region.bytes, width)) {
      yield { bytes, encoding: WIDE[width], at: (index) => position + width * index };
    }
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

/**
 * Text that stands in bytes with zeros between its characters, and where each run begins: UTF-16 (AssemblyScript,
 * Windows and .NET strings; width 2) and UTF-32 (wchar_t of C; width 4), in either byte order.
 */
function* wideText(bytes: Uint8Array, width: 2 | 4): Generator<{ bytes: Buffer; position: number }> {
  for (const [start, end] of wideRuns(bytes, width)) {
    // With the zeros first the last character has none behind it, and one that has none before it is no part of it.
    const last = bytes[end] ?? 0;
    const hasLast = last >= 0x20 && last < 0x7f;
    const narrow = Buffer.alloc((end - start) / width + (hasLast ? 1 : 0));
    for (let index = 0; index < narrow.length; index++) narrow[index] = bytes[start + width * index] ?? 0;
    if (start > 0 && bytes[start - 1] !== 0) {
      yield { bytes: narrow.subarray(0, (end - start) / width), position: start };
      yield { bytes: narrow.subarray(1), position: start + width };
    } else yield { bytes: start === 0 ? narrow.subarray(0, (end - start) / width) : narrow, position: start };
  }
}
