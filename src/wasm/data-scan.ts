import { AssayError } from '#model/errors';
import { type KernelPart, kernelPart } from './kernel.ts';

const CALLS = [
  'pairClass',
  'classStart',
  'candidates',
  'textStart',
  'textBytes',
  'found',
  'cursor',
  'findTexts',
  'findWide',
  'findBase64',
  'join',
] as const;
type Calls = KernelPart<(typeof CALLS)[number]>['calls'];

/** The texts whose tables stand in the kernel just now; a new kernel has none. */
let installed: readonly string[] | undefined;

const scanner = kernelPart(CALLS, () => {
  installed = undefined;
});

/** Puts bytes where the kernel's scans read them, and takes their findings, two numbers each, batch by batch. */
function scan(
  bytes: Uint8Array,
  batch: (calls: Calls, from: number) => number,
  take: (first: number, second: number) => void,
): void {
  const { kernel, calls } = scanner();
  kernel.load(bytes);
  for (let from = 0; from < bytes.length; from = calls.cursor()) {
    const count = batch(calls, from);
    const found = kernel.words(calls.found(), 2 * count);
    for (let at = 0; at < found.length; at += 2) take(found[at] ?? 0, found[at + 1] ?? 0);
  }
}

/** Letters of a run of wide text, as kernel/scan.c counts them; there may be thousands of shorter pieces to ask about. */
const LEAST_WIDE = 12;
const NO_RUNS: readonly (readonly [number, number])[] = [];

/** Runs are listed before the first is handed out: whoever takes them may give the kernel other work in between. */
function* runs(bytes: Uint8Array, batch: (calls: Calls, from: number) => number): Generator<readonly [number, number]> {
  const places: number[] = [];
  scan(bytes, batch, (start, end) => places.push(start, end));
  for (let at = 0; at < places.length; at += 2) yield [places[at] ?? 0, places[at + 1] ?? 0];
}

/**
 * Runs of twelve or more printable ASCII characters written in `width` bytes each, the character first, as start and end
 * in bytes: UTF-16 (2) and UTF-32 (4). Where the zeros come first a run is found without its last character.
 */
export function wideRuns(bytes: Uint8Array, width: 2 | 4): Iterable<readonly [number, number]> {
  if (bytes.length < width * (LEAST_WIDE - 1)) return NO_RUNS;
  return runs(bytes, (calls, from) => calls.findWide(from, bytes.length, width));
}

/**
 * Runs of the base64 alphabet, over the ends of lines, as start and end in bytes; the first `least` (1 or more) letters
 * stand in one line.
 */
export function base64Runs(bytes: Uint8Array, least: number): Iterable<readonly [number, number]> {
  if (bytes.length < least) return NO_RUNS;
  return runs(bytes, (calls, from) => calls.findBase64(from, bytes.length, least));
}

/** Pieces of a file and where each begins in what they are put together to, ascending. */
export interface Pieces {
  readonly froms: Uint32Array;
  readonly lengths: Uint32Array;
  readonly starts: Uint32Array;
}

/** Bytes of a piece from which on copying it is worth a call of its own. */
const LARGE_PIECE = 1024;

/**
 * Puts pieces of `bytes` together, zeros where they do not touch. The last piece ends at `length`. A single one is given
 * where it stands.
 */
export function joinPieces(bytes: Uint8Array, pieces: Pieces, length: number): Buffer {
  const { froms, lengths, starts } = pieces;
  if (froms.length === 1) return Buffer.from(bytes.buffer, bytes.byteOffset + (froms[0] ?? 0), length);
  if (length < froms.length * LARGE_PIECE) return joinSmallPieces(bytes, pieces, length);
  const joined = Buffer.alloc(length);
  for (const [place, from] of froms.entries()) {
    joined.set(bytes.subarray(from, from + (lengths[place] ?? 0)), starts[place] ?? 0);
  }
  return joined;
}

function joinSmallPieces(bytes: Uint8Array, { froms, lengths, starts }: Pieces, length: number): Buffer {
  const { kernel, calls } = scanner();
  let first = bytes.length;
  let last = 0;
  for (let at = 0; at < froms.length; at++) {
    const from = froms[at] ?? 0;
    first = Math.min(first, from);
    last = Math.max(last, from + (lengths[at] ?? 0));
  }
  const columns = kernel.heap + Math.ceil(length / 4) * 4;
  const source = columns + 3 * froms.byteLength;
  kernel.reach(source + last - first);
  for (const [place, column] of [froms, lengths, starts].entries()) {
    kernel.words(columns + place * froms.byteLength, froms.length).set(column);
  }
  kernel.bytes(source, last - first).set(bytes.subarray(first, last));
  calls.join(length, froms.length, first);
  return Buffer.from(kernel.bytes(kernel.heap, length));
}

/** Pairs of letters that are frequent in English: no good to tell a text by. */
const FREQUENT =
  /^(?:\0\0|th|he|in|er|an|re|on|at|en|nd|ti|es|or|te|of|ed|is|it|al|ar|st|to|nt|ng|se|ha|as|ou|io|le|ve|co|me|de|hi|ri|ro|ic|ne|ea|ra|ce|li|ch|ll|be|ma|si|om|ur)$/;

/** What one byte of the kernel's table tells apart. */
const MAX_CLASSES = 256;

interface Candidate {
  readonly text: number;
  /** How far from the text's beginning the pair stands. */
  readonly back: number;
}

/**
 * Finds many literal texts (one character a byte, two or more each) in one pass, by two neighbouring pairs of the bytes
 * of each: whatever its place, one of the two begins at an even address.
 */
export class TextSearch {
  private readonly texts: readonly string[];
  private readonly classes = new Uint8Array(65_536);
  private readonly members: Candidate[][] = [[]];

  constructor(texts: readonly string[]) {
    this.texts = texts;
    for (const [index, text] of texts.entries()) {
      if (text.length < 3) continue;
      const telling = tellingPlace(text);
      // The later place first, so that the positions of one text are found in ascending order.
      for (const back of [telling + 1, telling]) this.join(pairAt(text, back), { text: index, back });
    }
    for (const [index, text] of texts.entries()) if (text.length < 3) this.joinShort(index, text);
    if (this.members.length > MAX_CLASSES) {
      throw new AssayError('INTERNAL', `${texts.length} texts have ${this.members.length} kinds of pairs`, {
        hint: `The kernel tells ${MAX_CLASSES} apart: look for fewer texts, or widen pair_class in kernel/scan.c.`,
      });
    }
  }

  /**
   * Hands out every place where a text stands: which of the texts, and its position; those of one text in ascending
   * order. `take` must not use the kernel.
   */
  find(bytes: Uint8Array, take: (text: number, position: number) => void): void {
    this.install();
    scan(bytes, (calls, from) => calls.findTexts(from, bytes.length), take);
  }

  private join(pair: number, candidate: Candidate): void {
    const known = this.classes[pair] ?? 0;
    if (known > 0) this.members[known]?.push(candidate);
    else {
      this.classes[pair] = this.members.length;
      this.members.push([candidate]);
    }
  }

  /** A text of two bytes that begins at an odd address shows its second one at an even address, before anything. */
  private joinShort(index: number, text: string): void {
    const behind: Candidate = { text: index, back: 1 };
    const others = this.members.length;
    this.members.push([behind]);
    for (let next = 0; next < 256; next++) {
      const pair = pairAt(`${text[1] ?? ''}${String.fromCharCode(next)}`, 0);
      const known = this.classes[pair] ?? 0;
      if (known === 0) this.classes[pair] = others;
      else this.members[known]?.push(behind);
    }
    this.join(pairAt(text, 0), { text: index, back: 0 });
  }

  private install(): void {
    const { kernel, calls } = scanner();
    if (installed === this.texts) return;
    kernel.bytes(calls.pairClass(), this.classes.length).set(this.classes);
    const starts = kernel.words(calls.classStart(), this.members.length + 1);
    const candidates = this.members.flat();
    kernel.words(calls.candidates(), candidates.length).set(candidates.map(({ text, back }) => (text << 16) | back));
    let first = 0;
    for (const [index, { length }] of this.members.entries()) {
      starts[index] = first;
      first += length;
    }
    starts[this.members.length] = first;
    const bytes = Buffer.from(this.texts.join(''), 'latin1');
    kernel.bytes(calls.textBytes(), bytes.length).set(bytes);
    const places = kernel.words(calls.textStart(), this.texts.length + 1);
    let place = 0;
    for (const [index, { length }] of this.texts.entries()) {
      places[index] = place;
      place += length;
    }
    places[this.texts.length] = place;
    installed = this.texts;
  }
}

/** Where in a text the two neighbouring pairs stand that are least frequent in other text. */
function tellingPlace(text: string): number {
  let best = 0;
  let least = 3;
  for (let place = 0; place + 3 <= text.length && least > 0; place++) {
    const frequent = [place, place + 1].filter((at) => FREQUENT.test(text.slice(at, at + 2))).length;
    if (frequent < least) [best, least] = [place, frequent];
  }
  return best;
}

function pairAt(text: string, place: number): number {
  return text.charCodeAt(place) | (text.charCodeAt(place + 1) << 8);
}
