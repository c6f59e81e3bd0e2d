import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, foldName, nearMisses } from '#registry/names';

describe('folding', () => {
  it.each([
    ['acme/word-count', 'acme/wordcount'],
    ['acme/word_count', 'acme/wordcount'],
    ['acme/l0gin', 'acme/login'],
    ['ac1d/a', 'acld/a'],
    ['5tore/x', 'store/x'],
    ['Acme/Greet', 'acme/greet'],
  ])('makes %s and %s one name', (a, b) => {
    expect(foldName(a)).toBe(foldName(b));
  });

  it.each([
    ['acme/mail', 'acme/mall'],
    ['acme/utf8', 'acme/utf16'],
    ['ac/me', 'acm/e'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(foldName(a)).not.toBe(foldName(b));
  });

  it('of something folded changes nothing', () => {
    fc.assert(fc.property(fc.string(), (name) => foldName(foldName(name)) === foldName(name)));
  });
});

describe('edit distance', () => {
  it.each([
    ['greet', 'greet', 0],
    ['greet', 'gret', 1],
    ['greet', 'gerets', 2],
    ['', 'ab', 2],
  ])('from %j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b, 3)).toBe(distance);
  });

  it('is the same both ways and gives up beyond its limit', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        const distance = editDistance(a, b, 8);
        expect(editDistance(b, a, 8)).toBe(distance);
        if (distance !== undefined && distance > 0) expect(editDistance(a, b, distance - 1)).toBeUndefined();
      }),
    );
  });
});

it('suggests the nearest names first and stays silent when none is near', () => {
  const known = ['acme/greet', 'acme/greeter', 'acme/roman', 'acme/gr-eet'];
  expect(nearMisses('acme/gret', known)).toEqual(['acme/greet', 'acme/gr-eet']);
  expect(nearMisses('other/thing', known)).toEqual([]);
});
