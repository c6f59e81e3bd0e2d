import { describe, expect, it } from 'vitest';
import { lineChanges } from '#report/line-changes';

describe('line changes', () => {
  it.each([
    ['a\nb\nc\n', 'a\nb\nc\n', []],
    ['a\nb\n', 'a\nx\nb\n', ['+x']],
    ['a\nx\nb\n', 'a\nb\n', ['-x']],
    ['a\nb\nc\n', 'a\nB\nc\n', ['-b', '+B']],
    ['a\nb\nc\nd\n', 'A\nb\nc\nD\n', ['-a', '-d', '+A', '+D']],
    ['x\nx\n', 'x\n', ['-x']],
    ['', 'a', ['-', '+a']],
  ])('from %j to %j', (before, after, expected) => {
    expect(lineChanges(before, after).map(({ sign, text }) => sign + text)).toEqual(expected);
  });
});
