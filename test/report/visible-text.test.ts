import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from '#report/visible-text';

describe('visible', () => {
  it.each([
    ['reads as it is', 'reads as it is'],
    ['Grüße, 世界, ’t', 'Grüße, 世界, ’t'],
    ['line\nbreak\ttab\x1b[31m', 'line\\u{a}break\\u{9}tab\\u{1b}[31m'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u200bb\u2060c\ufeff', 'a\\u{200b}b\\u{2060}c\\u{feff}'],
    ['half \ud83d pair', 'half \\u{d83d} pair'],
    ['no\u00a0break', 'no\\u{a0}break'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['e\u0301\u0302\u0303\u0304', 'e\u0301\u0302\\u{303}\\u{304}'],
    ['\u0301first', '\\u{301}first'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('cuts what is too long', () => {
    expect(visible('x'.repeat(500), 10)).toBe('xxxxxxxxx…');
    expect(visible('😀'.repeat(10), 10)).toBe('😀'.repeat(10));
  });

  it('never lets a control, bidirectional or zero-width character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
