import { describe, expect, it } from 'vitest';
import { groupDigits, showCount, showShare, showSize, showSizeChange } from '#report/quantity';

describe('showSize', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [2345, '2.3 kB'],
    [99_940, '99.9 kB'],
    [212_345, '212 kB'],
    [999_600, '1 MB'],
    [1_850_000, '1.9 MB'],
    [5_000_000_000, '5 GB'],
  ])('%i bytes are %s', (bytes, shown) => {
    expect(showSize(bytes)).toBe(shown);
  });
});

describe('showSizeChange', () => {
  it.each([
    [100, 100, 'unchanged'],
    [209_000, 212_000, '+3'],
    [212_000, 209_500, '−2.5'],
    [212_000, 212_012, '+12 B'],
    [900, 1_900_000, '+1.9'],
  ])('from %i to %i is %s', (before, after, shown) => {
    expect(showSizeChange(before, after)).toBe(shown);
  });
});

describe('counts and shares', () => {
  it('agrees in number and groups digits', () => {
    expect([showCount(1, 'import'), showCount(0, 'import'), showCount(12_345, 'import')]).toEqual([
      '1 import',
      '0 imports',
      '12,345 imports',
    ]);
    expect(groupDigits('18446744073709551615')).toBe('18,446,744,073,709,551,615');
  });

  it('never rounds something to nothing', () => {
    expect([showShare(0, 10), showShare(1, 10_000), showShare(1, 3), showShare(3, 0)]).toEqual([
      '0 %',
      '<1 %',
      '33 %',
      '0 %',
    ]);
  });
});
