import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64Runs, joinPieces, TextSearch, wideRuns } from '#wasm/data-scan';

const TEXTS = ['MZ', 'AKIA', 'aab', 'baa', '\0asm', '://', 'aaaa', 'secret', 'SECRET'];
const search = new TextSearch(TEXTS);

/** Bytes in which the texts are frequent, whole, cut off and overlapping. */
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(...TEXTS).map((text) => Buffer.from(text, 'latin1')),
      fc.constantFrom(...TEXTS).map((text) => Buffer.from(text.slice(0, -1), 'latin1')),
      fc.integer({ min: 1, max: 40 }).map((times) => Buffer.from('a'.repeat(times), 'utf16le')),
      fc.integer({ min: 1, max: 40 }).map((times) => Buffer.from('b\0\0\0'.repeat(times))),
      fc.constantFrom('\n', '\r\n', '\r', '\n\n').map((text) => Buffer.from(text)),
      fc.integer({ min: 1, max: 90 }).map((times) => Buffer.from('Ab+/9'.repeat(times).slice(0, times))),
      fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

function found(bytes: Uint8Array): string[] {
  const places: string[] = [];
  search.find(bytes, (text, position) => places.push(`${TEXTS[text]} ${position}`));
  return places;
}

function places(bytes: Buffer): string[] {
  return TEXTS.flatMap((text) => {
    const at: string[] = [];
    const wanted = Buffer.from(text, 'latin1');
    for (let position = bytes.indexOf(wanted); position >= 0; position = bytes.indexOf(wanted, position + 1))
      at.push(`${text} ${position}`);
    return at;
  });
}

function matches(bytes: Buffer, pattern: RegExp): number[][] {
  return [...bytes.toString('latin1').matchAll(pattern)].map(({ index, 0: text }) => [index, index + text.length]);
}

/** Checks a statement about bytes on many of them. */
function always(statement: (bytes: Buffer) => void): void {
  fc.assert(
    fc.property(pieces, (bytes) => {
      statement(bytes);
    }),
  );
}

describe('a scan over data', () => {
  it('finds every place of every text, and each once', () => {
    always((bytes) => expect(found(bytes).toSorted()).toEqual(places(bytes).toSorted()));
  });

  it('finds the places of one text in ascending order, more than one batch of them too', () => {
    const places = found(Buffer.from('aaaa'.repeat(30_000)));
    expect(places).toHaveLength(119_997);
    expect(places.every((place, index) => place === `aaaa ${index}`)).toBe(true);
  });

  it('finds whole runs of UTF-16 and UTF-32 text at any address', () => {
    always((bytes) => expect([...wideRuns(bytes, 2)]).toEqual(matches(bytes, /(?:[\x20-\x7e]\0){12,}/g)));
    always((bytes) => expect([...wideRuns(bytes, 4)]).toEqual(matches(bytes, /(?:[\x20-\x7e]\0{3}){12,}/g)));
  });

  it('finds whole runs of base64, over the ends of lines', () => {
    always((bytes) =>
      expect([...base64Runs(bytes, 40)]).toEqual(
        matches(bytes, /[A-Za-z0-9+/]{40}[A-Za-z0-9+/]*(?:\r?\n[A-Za-z0-9+/]+)*/g),
      ),
    );
  });

  it('lets whoever takes runs scan something else in between', () => {
    const bytes = Buffer.from(`${'a'.repeat(50)} ${'b'.repeat(50)}`);
    const starts: number[] = [];
    for (const [start] of base64Runs(bytes, 40)) {
      expect(found(Buffer.from('MZ'))).toEqual(['MZ 0']);
      starts.push(start);
    }
    expect(starts).toEqual([0, 51]);
  });

  it('puts pieces together with zeros between those that do not touch', () => {
    const joined = joinPieces(
      Buffer.from('..cd.ab..'),
      { froms: Uint32Array.of(5, 2), lengths: Uint32Array.of(2, 2), starts: Uint32Array.of(0, 5) },
      7,
    );
    expect(joined.toString('latin1')).toBe('ab\0\0\0cd');
  });

  it('puts large pieces and single ones together just so', () => {
    const bytes = Buffer.from(`..${'a'.repeat(3000)}-${'b'.repeat(3000)}.`);
    const large = {
      froms: Uint32Array.of(3003, 2),
      lengths: Uint32Array.of(3000, 3000),
      starts: Uint32Array.of(0, 3001),
    };
    expect(joinPieces(bytes, large, 6001).toString('latin1')).toBe(`${'b'.repeat(3000)}\0${'a'.repeat(3000)}`);
    const single = { froms: Uint32Array.of(2), lengths: Uint32Array.of(3), starts: Uint32Array.of(0) };
    expect(joinPieces(bytes, single, 3).toString('latin1')).toBe('aaa');
  });
});
