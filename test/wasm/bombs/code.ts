import { LIMITS } from '#wasm/limits';
import { body, join, leb, module, name, type Part, repeat, section, vector } from '../../binary.ts';
import { type Bomb, CALL, EMPTY_BODIES, FUNCTION, upTo, VOID } from './parts.ts';

/** Everything that stands in code and in constant expressions. */
export const CODE: Readonly<Record<string, Bomb>> = {
  'functions that all call each other': (bytes) => {
    const count = upTo(1_000_000, Math.sqrt(bytes / 3));
    const callAll = body(repeat(count, CALL));
    return module(
      VOID,
      FUNCTION(count),
      section(
        7,
        vector(count, (index) => join(name(`e${index}`), [0, ...leb(index)])),
      ),
      section(
        10,
        vector(count, () => callAll),
      ),
    );
  },
  'functions that call all behind them, and every import': (bytes) => {
    const imports = upTo(LIMITS.functionImports, Math.sqrt(bytes / 12));
    const functions = imports;
    return module(
      VOID,
      section(
        2,
        vector(imports, (index) => join([1, 0x61], name(index.toString(36)), [0, 0])),
      ),
      FUNCTION(functions),
      section(
        7,
        vector(functions, (index) => join(name(`e${index}`), [0, ...leb(imports + index)])),
      ),
      section(
        10,
        vector(functions, (index) =>
          body(
            CALL(index),
            repeat(functions - index - 1, (next) => CALL(imports + index + 1 + next)),
          ),
        ),
      ),
    );
  },
  'exports that each reach imports of their own': (bytes) => {
    const count = upTo(LIMITS.functionImports, bytes / 26);
    return module(
      VOID,
      section(
        2,
        vector(count, (index) => join([1, 0x61], name(index.toString(36)), [0, 0])),
      ),
      FUNCTION(count),
      section(
        7,
        vector(count, (index) => join(name(`e${index}`), [0, ...leb(count + index)])),
      ),
      section(
        10,
        vector(count, (index) => body(CALL(index))),
      ),
    );
  },
  'a chain of calls': (bytes) => {
    const count = upTo(1_000_000, bytes / 8);
    return module(
      VOID,
      FUNCTION(count),
      section(7, [1], name('e'), [0, 0]),
      section(
        10,
        vector(count, (index) => body(CALL(Math.min(count - 1, index + 1)))),
      ),
    );
  },
  /** select with a type, which the kernel leaves to the reference walk. */
  'small functions that the kernel refuses': (bytes) => {
    const count = upTo(LIMITS.functions, bytes / 14);
    const refused = body([0x41, 0, 0x41, 0, 0x41, 0, 0x1c, 1, 0x7f, 0x1a]);
    return module(
      VOID,
      FUNCTION(count),
      section(
        10,
        vector(count, () => refused),
      ),
    );
  },
  'empty functions': (bytes) =>
    module(VOID, FUNCTION(upTo(1_000_000, bytes / 4)), EMPTY_BODIES(upTo(1_000_000, bytes / 4))),
  'branch tables': (bytes) => {
    const table = join(
      [0x41, 0, 0x0e],
      vector(60_000, () => [0]),
      [0],
    );
    return module(VOID, FUNCTION(1), section(10, [1], body(repeat(upTo(120, bytes / 60_000), () => table))));
  },
  'blocks inside each other': (bytes) => nested(0x02, bytes),
  'loops inside each other': (bytes) => nested(0x03, bytes),
  'locals by the ten thousand': (bytes) => {
    const wide = join([9, 1], leb(49_999), [0x7f, 0x0b]);
    wide[0] = wide.length - 1;
    const count = upTo(1_000_000, bytes / (wide.length + 1));
    return module(
      VOID,
      FUNCTION(count),
      section(
        10,
        vector(count, () => wide),
      ),
    );
  },
  'groups of no locals': (bytes) => {
    const content = join(
      leb(upTo(3_000_000, bytes / 2)),
      repeat(upTo(3_000_000, bytes / 2), () => [0, 0x7f]),
      [0x0b],
    );
    return module(VOID, FUNCTION(1), section(10, [1], leb(content.length), content));
  },
  'globals of long sums': (bytes) => {
    const terms = 1000;
    const sum = join(
      [0x7e, 0, 0x42, 1],
      repeat(terms, () => [0x42, 0x7f, 0x7c]),
      [0x0b],
    );
    return module(
      section(
        6,
        vector(upTo(200_000, bytes / sum.length), () => sum),
      ),
    );
  },
  'a global of one long sum': (bytes) => {
    return module(
      section(
        6,
        [1, 0x7f, 0, 0x41, 1],
        repeat(bytes / 3, () => [0x41, 1, 0x6a]),
        [0x0b],
      ),
    );
  },
  'a global of a deep stack': (bytes) => {
    const depth = bytes / 3;
    return module(
      section(
        6,
        [1, 0x7f, 0],
        repeat(depth + 1, () => [0x41, 1]),
        repeat(depth, () => [0x6a]),
        [0x0b],
      ),
    );
  },
  'globals that each add to the one before': (bytes) => {
    const count = upTo(200_000, bytes / 9);
    return module(
      section(
        6,
        vector(count, (index) =>
          index === 0
            ? [0x7e, 0, 0x42, 1, 0x0b]
            : [0x7e, 0, 0x23, ...leb(index - 1), 0x23, ...leb(index - 1), 0x7c, 0x0b],
        ),
      ),
    );
  },
  'numbers of eight characters': (bytes) => dropped([0x42, ...Array.from({ length: 8 }, () => 0xe1), 0x00], bytes),
  'vectors of sixteen characters': (bytes) => dropped([0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0x61)], bytes),
  'exports that reach imports in ways that a hash table confuses': (bytes) => {
    const count = upTo(40_000, bytes / 60);
    // The words of bits that root-classes.ts looks for in few places, bit 0 of which stands for no import.
    const words = Array.from({ length: count }, (_, place) => {
      const index = 2 * place + 1;
      return Math.imul((index << 15) ^ index ^ 0x9e3779b1, 0xa5cb9243) >>> 0;
    });
    const calls = (word: number): Part[] =>
      Array.from({ length: 31 }, (_, index) => ((word >>> (index + 1)) & 1 ? CALL(index) : []));
    return module(
      VOID,
      section(
        2,
        vector(31, (index) => join([1, 0x61], name(`i${index}`), [0, 0])),
      ),
      FUNCTION(count),
      section(
        7,
        vector(count, (index) => join(name(`e${index}`), [0, ...leb(31 + index)])),
      ),
      section(
        10,
        vector(count, (index) => body(...calls(words[index] ?? 0))),
      ),
    );
  },
  'memory grown in every loop': (bytes) => {
    return module(
      VOID,
      FUNCTION(1),
      section(5, [1, 0, 1]),
      section(10, [1], body(repeat(bytes / 8, () => [0x03, 0x40, 0x41, 1, 0x40, 0, 0x1a, 0x0b]))),
    );
  },
};

/** Functions that push the same constant all along. */
function dropped(constant: readonly number[], bytes: number): Uint8Array<ArrayBuffer> {
  const one = [...constant, 0x1a];
  const full = body(repeat(60_000 / one.length, () => one));
  const count = upTo(1_000_000, bytes / full.length);
  return module(
    VOID,
    FUNCTION(count),
    section(
      10,
      vector(count, () => full),
    ),
  );
}

/** Functions of blocks that begin with this opcode, as deep as is read. */
function nested(opcode: number, bytes: number): Uint8Array<ArrayBuffer> {
  const depth = upTo(49_000, bytes / 6);
  const deep = body(
    repeat(depth, () => [opcode, 0x40]),
    repeat(depth, () => [0x0b]),
  );
  const count = upTo(1_000, bytes / deep.length);
  return module(
    VOID,
    FUNCTION(count),
    section(
      10,
      vector(count, () => deep),
    ),
  );
}
