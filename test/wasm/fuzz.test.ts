import { readFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { decodeCoreModule } from '#wasm/core-module';
import { decodeFacts } from '#wasm/facts';
import { CORPUS, readCorpus } from '../corpus.ts';
import { generator } from './random.ts';

/** The plain run is a small fixed set; ASSAY_FUZZ_CASES=200000 is the deep one. */
const CASES = Number(process.env['ASSAY_FUZZ_CASES'] ?? 2_000);
const SEED = Number(process.env['ASSAY_FUZZ_SEED'] ?? 1);

const COMPONENTS = [
  '(component (import "wasi:io/streams@0.2.0" (instance $i (export "x" (func)))) (alias export $i "x" (func $x)) (export "y" (func $x)))',
  '(component (core module $m (memory (export "m") 1) (func (export "f") (result i32) i32.const 1)) (core instance $i (instantiate $m)) (func (export "g") (result u32) (canon lift (core func $i "f"))))',
  '(component (type $r (record (field "a" u8) (field "b" (list string)))) (import "f" (func (param "x" $r) (result (option $r)))))',
  '(component (component (component (core module (func)))))',
  readFileSync(new URL('components/shim.wat', import.meta.url), 'utf8'),
  `(component (import "f" (func $f)) (component $c (import "g" (func $g)) (export "h" (func $g)))
    (instance $i (instantiate $c (with "g" (func $f)))) (core module $d (func (export "d") (param i32)))
    (core instance $d (instantiate $d)) (type $r (resource (rep i32) (dtor (core func $d "d"))))
    (core func (canon resource.drop $r)) (export "r" (type $r)) (export "i" (instance $i)))`,
];

async function seeds(): Promise<Uint8Array[]> {
  const modules = CORPUS.map(readCorpus).filter((bytes) => bytes.length < 300_000);
  return [...modules, ...(await Promise.all(COMPONENTS.map(async (text) => parse(text))))];
}

/** Where numbers of the format are likely: right behind section ids, and anywhere in small files. */
function sectionStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    starts.push(at);
    let size = 0;
    let shift = 0;
    for (at++; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      if (byte < 0x80) break;
    }
    at += 1 + size;
  }
  return starts;
}

const NUMBERS = [
  [0],
  [1],
  [0x7f],
  [0x80, 0x00],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
];

function mutate(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = seed.slice();
  const starts = sectionStarts(seed);
  for (let change = 0; change <= random(4); change++) {
    const near = starts[random(Math.max(1, starts.length))] ?? 0;
    const at = Math.min(bytes.length - 1, random(2) === 0 ? near + random(24) : random(bytes.length));
    const kind = random(7);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) bytes.set((NUMBERS[random(NUMBERS.length)] ?? []).slice(0, bytes.length - at), at);
    else if (kind === 4) bytes = splice(bytes, at, 0, NUMBERS[random(NUMBERS.length)] ?? []);
    else if (kind === 5) bytes = splice(bytes, at, random(8), []);
    else bytes.copyWithin(at, random(bytes.length), Math.min(bytes.length, at + random(64)));
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, at), Uint8Array.from(insert), bytes.subarray(at + remove)]));
}

/** What decoding ends in, in words that reference and kernel must share. */
function outcome(decode: () => unknown): string {
  try {
    decode();
    return 'decoded';
  } catch (failure) {
    if (isAssayError(failure)) return `${failure.code} ${failure.offset} ${failure.message}`;
    throw failure;
  }
}

function tally(module: ReturnType<typeof decodeCoreModule>): string {
  const { code, histogram } = module;
  return Buffer.concat([
    Buffer.from(histogram.buffer),
    Buffer.from(code.operators.buffer),
    Buffer.from(code.edges.buffer, 0, 4 * code.edgeCount),
  ]).toString('base64');
}

describe(`${CASES} damaged modules and components from seed ${SEED}`, () => {
  it('decode, or end in an error with a place; kernel and reference agree to the byte', async () => {
    const random = generator(SEED);
    const pool = await seeds();
    const ends = new Map<string, number>();
    for (let round = 0; round < CASES; round++) {
      const bytes = mutate(pool[random(pool.length)] ?? new Uint8Array(), random);
      const end = outcome(() => decodeFacts(bytes));
      const code = end.split(' ')[0] ?? '';
      ends.set(code, (ends.get(code) ?? 0) + 1);
      if (code !== 'decoded') expect(end).toMatch(/^[A-Z_]+ \d+ /);
      if (bytes[6] === 1) continue;
      const results = (['where it pays', 'never'] as const).map((use) => {
        let counted = '';
        const ended = outcome(() => {
          counted = tally(decodeCoreModule(bytes, 0, bytes.length, use));
        });
        return ended + counted;
      });
      if (results[0] !== results[1]) throw new Error(`round ${round}: kernel and reference differ`);
    }
    expect([...ends.keys()].sort()).toEqual(expect.arrayContaining(['MODULE_MALFORMED', 'decoded']));
  }, 3_600_000);
});
