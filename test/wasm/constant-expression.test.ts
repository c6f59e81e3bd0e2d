import { describe, expect, it } from 'vitest';
import { decodeCoreModule } from '#wasm/core-module';
import { module, section } from '../binary.ts';

/** Reads a module whose one data segment lies where an expression says; global 0 is 1000. */
function segmentAt(...expression: readonly number[]): { address: bigint | undefined; padded: readonly number[] } {
  const { data, oddities } = decodeCoreModule(
    module(
      section(5, [1, 0, 1]),
      section(6, [1, 0x7f, 0, 0x41, 0xe8, 0x07, 0x0b]),
      section(11, [1, 0], expression, [0x0b, 1, 0x78]),
    ),
  );
  const padded = oddities.filter(({ what }) => what === 'padded-number').map(({ offset }) => offset);
  return { address: data.address(0), padded };
}

describe('the place of a data segment', () => {
  it.each<[string, readonly number[], bigint | undefined]>([
    ['a constant', [0x41, 0xe8, 0x07], 1000n],
    ['a global', [0x23, 0], 1000n],
    ['a global and a constant', [0x23, 0, 0x41, 8, 0x6a], 1008n],
    ['a global that is not there', [0x23, 1], undefined],
    ['a sum of one number', [0x41, 8, 0x6a], undefined],
  ])('is computed from %s', (_what, expression, address) => {
    expect(segmentAt(...expression)).toEqual({ address, padded: [] });
  });

  it('is the same where the index of a global is padded, which is reported once', () => {
    const plain = segmentAt(0x23, 0, 0x41, 8, 0x6a);
    const { address, padded } = segmentAt(0x23, 0x80, 0x80, 0x00, 0x41, 8, 0x6a);
    expect(address).toBe(plain.address);
    expect(padded).toHaveLength(1);
  });
});
