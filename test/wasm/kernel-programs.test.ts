import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { decodeCoreModule, type KernelUse } from '#wasm/core-module';
import { body, leb, module, type Part, repeat, section, sleb, vector, VOID_TYPE } from '../binary.ts';
import { generator, type Random } from './random.ts';

const FUNCTIONS = 120;
const TYPES = 140;
const TABLES = 3;

/** Some bytes of code; those of `unusual` are left to the reference walk, those of `wrong` no walk takes. */
type Piece = (random: Random) => readonly number[];

const padded = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, index) => ((value >>> (7 * index)) & 0x7f) | (index < bytes - 1 ? 0x80 : 0));

const number: Piece = (random) => {
  const value = random(2) === 0 ? random(128) : random(2 ** 28);
  return random(4) === 0 ? padded(value, 5) : leb(value);
};
const signed: Piece = (random) =>
  [[0x00], [0x7f], [0x80, 0x80, 0x80, 0x80, 0x78], [0xff, 0xff, 0xff, 0xff, 0x07], [0xc0, 0x00], [0x80, 0x80, 0x01]][
    random(6)
  ] ?? [0];
const index =
  (below: number): Piece =>
  (random) =>
    random(5) === 0 ? padded(random(below), 1 + random(5)) : leb(random(below));
const blockType: Piece = (random) =>
  [[0x40], [0x40], [0x7f], [0x7c], [0x7b], [0x70], sleb(random(TYPES)), padded(random(TYPES), 2)][random(8)] ?? [0x40];
const bytes =
  (count: number): Piece =>
  (random) =>
    Array.from({ length: count }, () => random(256));
const sequence =
  (...parts: (number | Piece)[]): Piece =>
  (random) =>
    parts.flatMap((part) => (typeof part === 'number' ? [part] : part(random)));

const USUAL: readonly Piece[] = [
  sequence(0x20, index(90)),
  sequence(0x20, index(90)),
  sequence(0x21, number),
  sequence(0x41, signed),
  sequence(0x42, signed),
  sequence(0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f),
  sequence(0x42, 0xe1, 0xc5, 0x8d, 0xa3, 0xd6, 0xcc, 0x99, 0xb4, 0xe8, 0x00),
  sequence(0x43, bytes(4)),
  sequence(0x44, bytes(8)),
  sequence(0x28, 2, number),
  sequence(0x36, 0, number),
  sequence(0x6a),
  sequence(0x1a),
  sequence(0x0d, index(3)),
  sequence(0x10, index(FUNCTIONS)),
  sequence(0x10, index(FUNCTIONS)),
  sequence(0x11, index(TYPES), 0),
  sequence(0x11, index(TYPES), index(TABLES)),
  sequence(0x14, index(TYPES)),
  sequence(0x12, index(FUNCTIONS)),
  sequence(0xd2, index(FUNCTIONS)),
  sequence(0x25, index(TABLES)),
  sequence(0x26, index(TABLES)),
  sequence(0x40, 0),
  sequence(0x3f, 0),
  sequence(0x0e, 2, 0, index(3), 1),
  sequence(0xfc, 0x0a, 0, 0),
  sequence(0xfc, 0x07),
  sequence(0xfd, 0x0c, bytes(16)),
  sequence(0xfd, 0x00, 4, number),
  sequence(0xfd, 0xae, 0x01),
  sequence(0xfd, 0x15, 3),
  sequence(0xfe, 0x10, 2, number),
  sequence(0xfe, 0x03, 0),
  sequence(0x08, 0),
];

const UNUSUAL: readonly Piece[] = [
  sequence(0xfc, 0x0e, index(TABLES), index(TABLES)),
  sequence(0xfc, 0x0f, index(TABLES)),
  sequence(0x1c, 1, 0x7f),
  sequence(0x28, 0x42, 0, number),
  sequence(0xfb, 0x00, index(TYPES)),
  sequence(0xd0, 0x6f),
];

const WRONG: readonly Piece[] = [
  sequence(0x27),
  sequence(0x10, FUNCTIONS + 5),
  sequence(0x0b),
  sequence(0x41, 0x80, 0x80, 0x80, 0x80, 0x10),
  sequence(0x20, 0x80, 0x80, 0x80, 0x80, 0x70),
  sequence(0xfd, 0xff, 0x7f),
  sequence(0x02, 0x60),
];

interface Oddness {
  /** One piece in so many is unusual, or wrong; 0 for none. */
  readonly unusual: number;
  readonly wrong: number;
}

function pieces(random: Random, depth: number, { unusual, wrong }: Oddness): number[] {
  const code: number[] = [];
  const most = depth > 0 ? 12 : random(20) === 0 ? 2000 : 40;
  for (let count = random(most); count > 0; count--) {
    const kind = depth < 5 ? random(14) : 14;
    const inner = (): number[] => pieces(random, depth + 1, { unusual, wrong });
    if (unusual > 0 && random(unusual) === 0) code.push(...(UNUSUAL[random(UNUSUAL.length)]?.(random) ?? []));
    else if (wrong > 0 && random(wrong) === 0) code.push(...(WRONG[random(WRONG.length)]?.(random) ?? []));
    else if (kind === 0) code.push(random(2) === 0 ? 0x02 : 0x03, ...blockType(random), ...inner(), 0x0b);
    else if (kind === 1)
      code.push(0x04, ...blockType(random), ...inner(), ...(random(2) === 0 ? [0x05, ...inner()] : []), 0x0b);
    else if (kind === 2 && random(4) === 0) code.push(0x1f, ...blockType(random), 1, 2, 0, ...inner(), 0x0b);
    else code.push(...(USUAL[random(USUAL.length)]?.(random) ?? []));
  }
  return code;
}

function program(random: Random, oddness: Oddness): Uint8Array {
  const body = (): number[] => {
    const locals = [[0], [1, 3, 0x7f], [2, 1, 0x7e, 2, 0x7b], [1, ...leb(random(3000)), 0x7d]][random(4)] ?? [0];
    const code = [...locals, ...pieces(random, 0, oddness), 0x0b];
    return [...(random(60) === 0 ? padded(code.length, 4) : leb(code.length)), ...code];
  };
  const types = Array.from({ length: TYPES }, (_, type) => {
    const params = Array.from({ length: type % 7 }, () => 0x7f);
    const results = Array.from({ length: type % 3 }, () => 0x7e);
    return [0x60, params.length, ...params, results.length, ...results];
  });
  const many = (count: number, item: (at: number) => readonly number[]): Uint8Array =>
    Uint8Array.from([...leb(count), ...Array.from({ length: count }, (_, at) => item(at)).flat()]);
  return module(
    section(
      1,
      many(TYPES, (at) => types[at] ?? []),
    ),
    section(
      3,
      many(FUNCTIONS, () => leb(random(TYPES))),
    ),
    section(
      4,
      many(TABLES, () => [0x70, 0, 4]),
    ),
    section(5, [1, 0, 1]),
    section(13, [1, 0, 0]),
    section(12, [1]),
    section(10, many(FUNCTIONS, body)),
    section(11, [1, 1, 0]),
  );
}

/** Everything that the walk leaves behind, or the error that it ends in. */
function outcome(bytes: Uint8Array, use: KernelUse): unknown {
  try {
    const { code, histogram, features, oddities } = decodeCoreModule(bytes, 0, bytes.length, use);
    const {
      edges,
      edgeCount,
      sites,
      changedTables,
      writtenTables,
      copiedTables,
      referenced,
      totals,
      wideConstants,
      ...columns
    } = code;
    const { offsets, sizes, operators, calls, indirectCalls, loopDepths, locals, edgeStarts } = columns;
    return {
      features: [...features].sort(),
      oddities,
      histogram,
      edges: edges.slice(0, edgeCount),
      sites,
      tables: [changedTables, writtenTables, copiedTables],
      referenced,
      totals,
      wideConstants,
      columns: { offsets, sizes, operators, calls, indirectCalls, loopDepths, locals, edgeStarts },
    };
  } catch (error) {
    if (!isAssayError(error)) throw error;
    return { code: error.code, offset: error.offset, message: error.message };
  }
}

const ROUNDS = Number(process.env['ASSAY_FUZZ_CASES'] ?? 2_000) / 100;

describe('the kernel and the reference walk leave the same behind', () => {
  it.each([
    ['of what compilers write', { unusual: 0, wrong: 0 }],
    ['with instructions that the kernel leaves to the reference', { unusual: 60, wrong: 0 }],
    ['with mistakes', { unusual: 2000, wrong: 20_000 }],
  ])(
    'in made-up programs %s',
    (_what, oddness) => {
      const ends = new Set<unknown>();
      for (let round = 0; round < ROUNDS; round++) {
        const bytes = program(generator(round + 1), oddness);
        const found = outcome(bytes, 'where it pays');
        expect(found, `round ${round}`).toEqual(outcome(bytes, 'never'));
        ends.add((found as { code?: string }).code);
      }
      expect(ends.has(undefined)).toBe(true);
      expect(ends.size > 1).toBe(oddness.wrong > 0);
    },
    3_600_000,
  );
});

/** A module of one function, long enough for the kernel. */
function longFunction(types: Part, ...code: readonly Part[]): Uint8Array {
  const nops = repeat(6000, () => [0x01]);
  return module(section(1, types), section(3, [1, 0]), section(10, [1], body(...code, nops)));
}

describe('the kernel and the reference walk agree', () => {
  const TYPE_WITH_RESULTS = 16_384;
  const types = vector(TYPE_WITH_RESULTS + 1, (index) =>
    index === TYPE_WITH_RESULTS ? [0x60, 0, 3, 0x7f, 0x7f, 0x7f] : VOID_TYPE,
  );

  it.each([
    ['of two bytes', [0xff, 0x3f]],
    ['of two bytes that are a negative number', [0x80, 0x40]],
    ['of three bytes', [0x80, 0x80, 0x01]],
    ['padded to three bytes', [0x80, 0x80, 0x00]],
    ['padded to four bytes', [0x85, 0x80, 0x80, 0x00]],
  ])('on the type of a block among many types, %s', (_what, blockType) => {
    const bytes = longFunction(types, [0x02, ...blockType, 0x0b]);
    expect(outcome(bytes, 'where it pays')).toEqual(outcome(bytes, 'never'));
  });

  it('on a module with a recursion group that holds no type', () => {
    const bytes = longFunction([3, 0x4e, 0, 0x60, 0, 0, 0x4e, 0], [0x02, 0x00, 0x0b]);
    expect(outcome(bytes, 'where it pays')).toHaveProperty('columns');
    expect(outcome(bytes, 'where it pays')).toEqual(outcome(bytes, 'never'));
  });
});
