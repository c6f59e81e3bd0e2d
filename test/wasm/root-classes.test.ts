import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RootClasses } from '#wasm/root-classes';

const ROOTS = 30;
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  fc.constantFrom(1, 2, 2 ** 31),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const blocks = fc.array(fc.array(word, { minLength: ROOTS, maxLength: ROOTS }), { maxLength: 4 });

describe('classes of roots', () => {
  it('hold the roots whose words are the same in every block, and give these words', () => {
    fc.assert(
      fc.property(blocks, (words) => {
        const classes = new RootClasses(ROOTS);
        for (const [block, column] of words.entries()) classes.split(Uint32Array.from(column), block);
        const byWords = new Map<string, Set<number>>();
        for (const [root, group] of classes.of.entries()) {
          const own = words.map((column) => column[root] ?? 0);
          const found = words.map(() => 0);
          classes.eachWord(group, (block, value) => (found[block] = value));
          expect(found).toEqual(own);
          expect(classes.firstWord(group)).toBe(own[0] ?? 0);
          byWords.set(own.join(), (byWords.get(own.join()) ?? new Set()).add(group));
        }
        expect([...byWords.values()].filter((groups) => groups.size > 1)).toEqual([]);
        expect(new Set(classes.of).size).toBe(byWords.size);
      }),
    );
  });

  it('are told apart where a file was made to crowd them', () => {
    // The multiplications of the table undone, so that it looks for all of them in one place.
    const many = 300;
    const own = Array.from({ length: many }, (_, index) => {
      const hash = (index << 15) ^ index;
      return Math.imul(hash ^ 0x9e3779b1, 0xa5cb9243) >>> 0;
    });
    const classes = new RootClasses(2 * many);
    classes.split(Uint32Array.from([...own, ...own]), 0);
    expect([...classes.of.subarray(0, many)]).toEqual([...classes.of.subarray(many)]);
    expect(new Set(classes.of).size).toBe(new Set(own).size);
  });

  it('are numbered in the order of their first roots', () => {
    const classes = new RootClasses(5);
    classes.split(Uint32Array.of(7, 0, 9, 7, 8), 0);
    expect([...classes.of]).toEqual([1, 0, 2, 1, 3]);
  });
});
