import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataSegments } from '#wasm/data-segments';

interface Segment {
  readonly memory: number;
  readonly at: number | bigint | undefined;
  readonly size: number;
}

function segmentsOf(list: readonly Segment[]): DataSegments {
  const segments = new DataSegments(list.length);
  for (const [index, { memory, at, size }] of list.entries()) segments.add('active', memory, at, 100 * index, size);
  return segments;
}

const segment = fc.record({
  memory: fc.integer({ min: 0, max: 2 }),
  at: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constant(undefined)),
  size: fc.integer({ min: 0, max: 3 }),
});

describe('data segments', () => {
  it('are placed by memory, then by address, then as they stand in the file, those without bytes or address left out', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 40 }), (list) => {
        const kept = [...list.entries()].filter(([, { at, size }]) => at !== undefined && size > 0);
        const expected = new Map<number, number[]>();
        for (const [index, { memory }] of kept.toSorted(([a, x], [b, y]) => Number(x.at) - Number(y.at) || a - b)) {
          expected.set(memory, [...(expected.get(memory) ?? []), index]);
        }
        const placed = new Map(Array.from(segmentsOf(list).placed(), ([memory, indices]) => [memory, [...indices]]));
        expect(placed).toEqual(expected);
      }),
    );
  });

  it('are in order only when each begins where memory 0 is still free, and holds bytes', () => {
    const step = fc.record({ gap: fc.integer({ min: -1, max: 3 }), size: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        let end = 0;
        let inOrder = true;
        const list = steps.map(({ gap, size }) => {
          const at = Math.max(0, end + gap);
          if (at < end || size === 0) inOrder = false;
          end = at + size;
          return { memory: 0, at, size };
        });
        const segments = segmentsOf(list);
        expect(segments.endInOrder).toBe(inOrder ? end : undefined);
        if (inOrder) expect([...(segments.placed().get(0) ?? [])]).toEqual(list.map((_, index) => index));
      }),
    );
  });

  it.each([
    { memory: 1, at: 0, size: 1 },
    { memory: 0, at: undefined, size: 1 },
    { memory: 0, at: 2n ** 60n, size: 1 },
  ])('are in no order with one of $memory, $at', (odd) => {
    const plain = { memory: 0, at: 0, size: 1 };
    expect(segmentsOf([plain, odd, { memory: 0, at: 9, size: 1 }]).endInOrder).toBeUndefined();
    expect([...segmentsOf([plain, { ...odd, at: undefined }]).adrift()]).toEqual([1]);
  });

  it('keep addresses that a number cannot hold', () => {
    const segments = segmentsOf([{ memory: 0, at: 2n ** 64n - 1n, size: 1 }]);
    expect(segments.address(0)).toBe(2n ** 64n - 1n);
    expect(segments.listed(1)).toEqual([{ mode: 'active', memory: 0, at: '18446744073709551615', offset: 0, size: 1 }]);
  });
});
