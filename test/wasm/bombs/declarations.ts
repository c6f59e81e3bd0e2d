import { LIMITS } from '#wasm/limits';
import { body, custom, join, leb, module, name, repeat, section, sleb, vector, VOID_TYPE } from '../../binary.ts';
import { type Bomb, CALL, EMPTY_BODIES, FUNCTION, upTo, VOID } from './parts.ts';

/** Everything that is only declared: types, imports, exports, names, segments, custom sections. */
export const DECLARATIONS: Readonly<Record<string, Bomb>> = {
  'distinct function types': (bytes) => {
    return module(
      section(
        1,
        vector(upTo(200_000, bytes / 11), (index) => types(digits(index, 8))),
      ),
    );
  },
  'types of a thousand parameters': (bytes) => {
    const wide = types(repeat(1000, () => [0x7f]));
    return module(
      section(
        1,
        vector(upTo(200_000, bytes / wide.length), () => wide),
      ),
    );
  },
  'types of a thousand references to a type, called through': (bytes) => {
    const count = upTo(200_000, bytes / 2003);
    const wide = (index: number) =>
      join(
        [0x60],
        leb(1000),
        repeat(1000, () => [0x63, 0]),
        leb(index % 2),
        index % 2 ? [0x7f] : [],
      );
    return module(
      section(1, leb(count + 1), VOID_TYPE, repeat(count, wide)),
      FUNCTION(1),
      section(4, [1, 0x70, 0, 0]),
      section(10, [1], body([0x00, 0x11, 0, 0])),
    );
  },
  'one recursion group of structs that name each other': (bytes) => {
    const count = upTo(100_000, bytes / 8);
    return module(
      section(
        1,
        [1, 0x4e],
        vector(count, (index) => [0x5f, 1, 0x63, ...sleb((index * 7) % count), 0]),
      ),
    );
  },
  'chains of sixty-three subtypes, with functions of the last in a table': (bytes) => {
    const chain = 63;
    const functions = upTo(1_000_000, bytes / 9);
    const link = (index: number): number[] => [0x50, ...(index === 0 ? [0] : [1, ...leb(index - 1)]), 0x60, 0, 0];
    const sites = repeat(chain, (index) => [0x41, 0, 0x11, ...leb(index), 0]);
    return module(
      section(1, vector(chain, link)),
      section(
        3,
        vector(functions, () => leb(chain - 1)),
      ),
      section(4, [1, 0x70, 0], leb(functions)),
      section(9, [1, 0, 0x41, 0, 0x0b], vector(functions, leb)),
      section(
        10,
        leb(functions),
        body(sites),
        repeat(functions - 1, () => body()),
      ),
    );
  },
  'imports of one function': (bytes) => {
    return module(
      VOID,
      section(
        2,
        vector(upTo(LIMITS.functionImports, bytes / 5), () => [1, 0x61, 1, 0x62, 0, 0]),
      ),
    );
  },
  'imports of string constants': (bytes) => {
    const constant = (index: number) => join([1, 0x27], name(`text ${index}`), [3, 0x64, 0x6f, 0]);
    return module(section(2, vector(upTo(LIMITS.imports, bytes / 16), constant)));
  },
  'imports with long names': (bytes) => {
    const long = name('x'.repeat(99_000));
    return module(
      VOID,
      section(
        2,
        vector(upTo(100_000, bytes / 198_004), () => join(long, long, [0, 0])),
      ),
    );
  },
  'exports of one function': (bytes) => {
    const exports = vector(upTo(LIMITS.exports, bytes / 11), (index) => join(name(`e${index.toString(36)}`), [0, 0]));
    return module(VOID, FUNCTION(1), section(7, exports), EMPTY_BODIES(1));
  },
  'exports of one mutable global': (bytes) => {
    const exports = vector(upTo(LIMITS.exports, bytes / 11), (index) => join(name(`e${index.toString(36)}`), [3, 0]));
    return module(section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]), section(7, exports));
  },
  'exports of a table beyond counting': (bytes) => {
    const count = Math.max(LIMITS.tableExports + 1, bytes / 11);
    const exports = vector(Math.min(LIMITS.exports, count), (index) => join(name(`e${index.toString(36)}`), [1, 0]));
    return module(section(4, [1, 0x70, 0, 1]), section(7, exports));
  },
  'exports of one table with all functions in it': (bytes) => {
    const count = upTo(1_000_000, bytes / 9);
    const exports = vector(upTo(LIMITS.tableExports, bytes / 9), (index) =>
      join(name(`e${index.toString(36)}`), [1, 0]),
    );
    return module(
      VOID,
      FUNCTION(count),
      section(4, [1, 0x70, 0], leb(count)),
      section(7, exports),
      section(9, [1, 0, 0x41, 0, 0x0b], vector(count, leb)),
      EMPTY_BODIES(count),
    );
  },
  'exports of one table whose functions all call an import': (bytes) => {
    const count = upTo(1_000_000, bytes / 12);
    return module(
      VOID,
      section(2, [1, 1, 0x61, 1, 0x62, 0, 0]),
      FUNCTION(count),
      section(4, [1, 0x70, 0], leb(count)),
      section(
        7,
        vector(upTo(LIMITS.tableExports, bytes / 12), (index) => join(name(`e${index.toString(36)}`), [1, 0])),
      ),
      section(
        9,
        [1, 0, 0x41, 0, 0x0b],
        vector(count, (index) => leb(index + 1)),
      ),
      section(
        10,
        vector(count, () => body(CALL(0))),
      ),
    );
  },
  'imports of tables beside functions whose references are taken': (bytes) => {
    const count = upTo(LIMITS.tables, bytes / 16);
    return module(
      VOID,
      section(
        2,
        vector(count, () => [1, 0x61, 1, 0x62, 1, 0x70, 0, 0]),
      ),
      FUNCTION(count),
      section(9, [1, 1, 0], vector(count, leb)),
      section(
        10,
        leb(count),
        body(repeat(count, (table) => [0x41, 0, 0xd0, 0x70, 0x26, ...leb(table)])),
        repeat(count - 1, () => body()),
      ),
    );
  },
  'calls through every one of many tables': (bytes) => {
    const tables = upTo(LIMITS.tables, bytes / 20);
    const call = (table: number): number[] => [0x41, 0, 0x11, 0, ...leb(table)];
    const segment = (table: number): number[] => [2, ...leb(table), 0x41, 0, 0x0b, 0, 1, ...leb(table)];
    return module(
      VOID,
      FUNCTION(tables),
      section(
        4,
        vector(tables, () => [0x70, 0, 1]),
      ),
      section(9, vector(tables, segment)),
      section(
        10,
        leb(tables),
        body(repeat(tables, call)),
        repeat(tables - 1, () => body()),
      ),
    );
  },
  'calls by many types through many tables': (bytes) => {
    const side = upTo(4_000, Math.sqrt(bytes / 7));
    const rows = upTo(25, LIMITS.callSites / side);
    const call = (index: number): number[] => [
      0x41,
      0,
      0x11,
      ...leb(Math.floor(index / rows)),
      ...leb(index % rows),
      0,
    ];
    return module(
      section(
        1,
        vector(side, (index) => types(digits(index, 6))),
      ),
      section(3, [1, 0]),
      section(
        4,
        vector(rows, () => [0x70, 0, 1]),
      ),
      section(10, [1], body([0x00], repeat(side * rows, call))),
    );
  },
  'tables copied into each other': (bytes) => {
    const copies = upTo(LIMITS.callSites, bytes / 11);
    const copy = (index: number): number[] => [
      0x41,
      0,
      0x41,
      0,
      0x41,
      0,
      0xfc,
      14,
      ...leb(index % 300),
      ...leb(Math.floor(index / 300) % 300),
    ];
    return module(
      VOID,
      FUNCTION(1),
      section(
        4,
        vector(333, () => [0x70, 0, 1]),
      ),
      section(10, [1], body(repeat(copies, copy))),
    );
  },
  'function names': (bytes) => {
    const count = upTo(1_000_000, bytes / 12);
    const names = vector(count, (index) => join(leb(index), name(`f${index}`)));
    return module(custom('name', [1], leb(names.length), names));
  },
  'name sections that say the same again': (bytes) => {
    const names = join([1, 3, 1, 0, 0]);
    return module(...Array.from({ length: upTo(LIMITS.customSections, bytes / 12) }, () => custom('name', names)));
  },
  'empty data segments': (bytes) =>
    module(
      section(5, [1, 0, 1]),
      section(
        11,
        vector(upTo(100_000, bytes / 5), () => [0, 0x41, 0, 0x0b, 0]),
      ),
    ),
  'a million empty data segments': (bytes) =>
    module(
      section(5, [1, 0, 1]),
      section(
        11,
        vector(Math.max(100_001, bytes / 5), () => [0, 0x41, 0, 0x0b, 0]),
      ),
    ),
  'data segments that lie on each other': (bytes) => {
    return module(
      section(5, [1, 0, 1]),
      section(
        11,
        vector(upTo(100_000, bytes / 13), () => join([0, 0x41, 0, 0x0b, 8], 'overlaps')),
      ),
    );
  },
  'empty custom sections': (bytes) => module(repeat(Math.max(LIMITS.customSections + 1, bytes / 3), () => [0, 1, 0])),
  'custom sections of one name': (bytes) =>
    module(repeat(upTo(LIMITS.customSections, bytes / 40), () => custom('.debug_info', 'x'.repeat(24)))),
  'custom sections of many names': (bytes) =>
    module(repeat(upTo(LIMITS.customSections, bytes / 40), (index) => custom(`s${index}`, 'x'.repeat(24)))),
  'element segments of one entry': (bytes) => {
    return module(
      VOID,
      FUNCTION(1),
      section(4, [1, 0x70, 0, 1]),
      section(
        9,
        vector(upTo(20_000, bytes / 6), () => [0, 0x41, 0, 0x0b, 1, 0]),
      ),
      EMPTY_BODIES(1),
    );
  },
  'an element segment of expressions': (bytes) => {
    return module(
      VOID,
      FUNCTION(1),
      section(
        9,
        [1, 5, 0x70],
        vector(bytes / 3, () => [0xd2, 0, 0x0b]),
      ),
      EMPTY_BODIES(1),
    );
  },
  'a producers section of long texts': (bytes) => {
    const text = name('p'.repeat(upTo(90_000, bytes / 400)));
    return module(
      custom(
        'producers',
        [1],
        name('language'),
        vector(199, () => join(text, text)),
      ),
    );
  },
  'branch hints': (bytes) =>
    module(
      custom(
        'metadata.code.branch_hint',
        vector(bytes / 4, (index) => [...leb(index), 1, 0, 1, 0]),
      ),
    ),
};

function types(params: Uint8Array): Uint8Array {
  return join([0x60], leb(params.length), params, [0]);
}

/** A number in base four, written in value types. */
function digits(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, place) => 0x7c + (Math.floor(value / 4 ** place) % 4));
}
