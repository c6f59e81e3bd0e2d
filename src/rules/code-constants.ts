import type { CoreModule } from '#wasm/core-module';
import { OPERATOR } from '#wasm/operators';
import { lastUpTo } from './last-up-to.ts';
import { regionOf, type Region } from './regions.ts';

/** What may stand between two stores of one text: an address, the store itself and its offset. */
const MAX_BETWEEN = 24;
/** Pieces that are kept: code that is nothing but numbers is no text any more. */
const MAX_PIECES = 200_000;

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Text that code holds as constants: compilers write short strings into memory eight or sixteen characters at a time.
 * Pieces that follow one another are joined as they stand and in the opposite order, since stores may run either way.
 */
export function codeConstants(modules: readonly CoreModule[]): Region[] {
  const runs = modules.flatMap(runsIn);
  if (runs.length === 0) return [];
  const starts: number[] = [];
  const offsets: number[] = [];
  const texts: string[] = [];
  let length = 0;
  for (const run of runs) {
    for (const pieces of [run, run.toReversed()]) {
      const text = `${pieces.map((piece) => piece.text).join('')}\0`;
      starts.push(length);
      offsets.push(run[0]?.start ?? 0);
      texts.push(text);
      length += text.length;
    }
  }
  const offsetAt = (position: number): number => offsets[lastUpTo(starts, position)] ?? 0;
  return [regionOf('code', 'code', Buffer.from(texts.join(''), 'latin1'), offsetAt)];
}

function runsIn({ bytes, code, end: last }: CoreModule): Piece[][] {
  const runs: Piece[][] = [];
  let run: Piece[] = [];
  let kept = 0;
  const finish = () => {
    if (run.length > 1) runs.push(run);
    run = [];
  };
  for (const start of code.wideConstants) {
    if (kept >= MAX_PIECES) break;
    const piece = bytes[start - 1] === OPERATOR.i64Const ? pieceAt(bytes, start, 8) : vectorAt(bytes, start);
    if (piece === undefined) continue;
    const before = run.at(-1);
    if (before !== undefined && piece.start - before.end > MAX_BETWEEN) finish();
    const tail = tailBehind(bytes, piece.end, last);
    run.push(piece, ...(tail === undefined ? [] : [tail]));
    kept += 1;
  }
  finish();
  return runs;
}

/** The four characters of an i32.const that follows: what is left of a text that is no multiple of eight. */
function tailBehind(bytes: Uint8Array, end: number, last: number): Piece | undefined {
  for (let at = end; at < Math.min(last, end + MAX_BETWEEN); at++) {
    if (bytes[at] === OPERATOR.i64Const && (bytes[at + 1] ?? 0) >= 0x80) return undefined;
    const piece = bytes[at] === OPERATOR.i32Const ? pieceAt(bytes, at + 1, 4) : undefined;
    if (piece !== undefined) return piece;
  }
  return undefined;
}

/** A constant of sixteen bytes that are printable characters. */
function vectorAt(bytes: Uint8Array, start: number): Piece | undefined {
  const end = start + 16;
  const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  return /^[\x20-\x7e]{16}$/.test(text) ? { text, start, end } : undefined;
}

/** A signed LEB128 number all of whose bytes are printable characters. */
function pieceAt(bytes: Uint8Array, start: number, width: 4 | 8): Piece | undefined {
  let [low, high] = [0, 0];
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    if (byte === undefined || at - start > 9) return undefined;
    const bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 25) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
    at += 1;
    if (byte < 0x80) break;
  }
  let text = '';
  for (let index = 0; index < width; index++) {
    const character = ((index < 4 ? low : high) >>> (8 * (index & 3))) & 0xff;
    if (character < 0x20 || character >= 0x7f) return undefined;
    text += String.fromCharCode(character);
  }
  return { text, start, end: at };
}
