import { LIMITS } from '#wasm/limits';
import {
  component,
  join,
  leb,
  module,
  name,
  type Part,
  repeat,
  section,
  sleb,
  vector,
  VOID_TYPE,
} from '../../binary.ts';
import { type Bomb, upTo } from './parts.ts';

/** As many items as a component may have beside a few others. */
const MOST_ITEMS = LIMITS.componentItems - 10;
const FUNC_TYPE: Part = [0x40, 0, 1, 0];
const EMPTY_MODULE = module();
const EMPTY_COMPONENT = component();

/** Components inside each other, innermost first. */
function nested(depth: number, innermost: Uint8Array): Uint8Array<ArrayBuffer> {
  let inner = join(innermost);
  for (let level = 0; level < depth; level++) inner = component(section(4, inner));
  return inner;
}

/** Components made to be tedious to read, to describe or to validate. */
export const COMPONENTS: Readonly<Record<string, Bomb>> = {
  'lists of lists': (bytes) => {
    const count = upTo(MOST_ITEMS, bytes / 4);
    return component(
      section(
        7,
        vector(count, (index) => (index === 0 ? [0x70, 0x7d] : [0x70, ...sleb(index - 1)])),
      ),
    );
  },
  'tuples of all that came before twice': (bytes) => {
    const count = upTo(MOST_ITEMS, bytes / 8);
    const pair = (index: number): number[] => [0x6f, 2, ...sleb(index - 1), ...sleb(index - 1)];
    return component(
      section(
        7,
        vector(count, (index) => (index === 0 ? [0x70, 0x7d] : pair(index))),
      ),
    );
  },
  'records of ten thousand fields': (bytes) => {
    const record = join(
      [0x72],
      vector(10_000, (index) => join(name(`f${index.toString(36)}`), [0x7d])),
    );
    return component(
      section(
        7,
        vector(upTo(1_000, bytes / record.length), () => record),
      ),
    );
  },
  'function types': (bytes) =>
    component(
      section(
        7,
        vector(upTo(MOST_ITEMS, bytes / 4), () => FUNC_TYPE),
      ),
    ),
  'functions of long signatures, imported': (bytes) => {
    const type = join(
      [0x40],
      vector(500, (index) => join(name(`p${index.toString(36)}`), [0x73])),
      [1, 0],
    );
    const count = upTo(LIMITS.componentInterface, bytes / (type.length + 12));
    const imports = vector(count, (index) => join([0], name(`f${letters(index)}`), [1], leb(index)));
    return component(
      section(
        7,
        vector(count, () => type),
      ),
      section(10, imports),
    );
  },
  'imports of one function type': (bytes) => {
    const imports = vector(upTo(LIMITS.componentInterface, bytes / 10), (index) =>
      join([0], name(`f${letters(index)}`), [1, 0]),
    );
    return component(section(7, [1], FUNC_TYPE), section(10, imports));
  },
  'imports beyond counting': (bytes) => {
    const imports = vector(Math.max(LIMITS.componentInterface + 1, bytes / 10), (index) =>
      join([0], name(`f${letters(index)}`), [1, 0]),
    );
    return component(section(7, [1], FUNC_TYPE), section(10, imports));
  },
  'imports with long names': (bytes) => {
    const imports = vector(upTo(LIMITS.componentInterface, bytes / 90_010), (index) =>
      join([0], name(`f${letters(index)}-${'x'.repeat(90_000)}`), [1, 0]),
    );
    return component(section(7, [1], FUNC_TYPE), section(10, imports));
  },
  'an instance type of many members, imported many times': (bytes) => {
    const members = upTo(9_000, Math.sqrt(bytes));
    const member = (index: number): Part => join([4, 0], name(`m${letters(index)}`), [1, 0]);
    const type = join([0x42], leb(members + 1), [1], FUNC_TYPE, repeat(members, member));
    const imports = vector(upTo(LIMITS.componentInterface, bytes / 12), (index) =>
      join([0], name(`i${letters(index)}`), [5, 0]),
    );
    return component(section(7, [1], type), section(10, imports));
  },
  'aliases of one member': (bytes) => {
    const type = join([0x42, 2, 1], FUNC_TYPE, [4, 0], name('m'), [1, 0]);
    const aliases = vector(upTo(MOST_ITEMS, bytes / 6), () => join([1, 0, 0], name('m')));
    return component(section(7, [1], type), section(10, [1, 0], name('i'), [5, 0]), section(6, aliases));
  },
  'instances put together from each other': (bytes) => {
    const together = (index: number): Part => (index === 0 ? [1, 0] : join([1, 1, 0], name('a'), [5], leb(index - 1)));
    return component(section(5, vector(upTo(4_000, bytes / 8), together)));
  },
  'instances put together beyond counting': (bytes) => {
    const together = (index: number): Part => (index === 0 ? [1, 0] : join([1, 1, 0], name('a'), [5], leb(index - 1)));
    return component(section(5, vector(upTo(MOST_ITEMS, bytes / 8), together)));
  },
  'instances of one component': (bytes) => {
    return component(
      section(4, EMPTY_COMPONENT),
      section(
        5,
        vector(upTo(MOST_ITEMS, bytes / 3), () => [0, 0, 0]),
      ),
    );
  },
  'core instances of one module': (bytes) => {
    return component(
      section(1, EMPTY_MODULE),
      section(
        2,
        vector(upTo(MOST_ITEMS, bytes / 3), () => [0, 0, 0]),
      ),
    );
  },
  'core instances of many names': (bytes) => {
    const exports = vector(upTo(MOST_ITEMS, bytes / 8), (index) => join(name(index.toString(36)), [0, 0]));
    const inner = module(
      section(1, [1], VOID_TYPE),
      section(3, [1, 0]),
      section(7, [1], name('f'), [0, 0]),
      section(10, [1, 2, 0, 0x0b]),
    );
    return component(
      section(1, inner),
      section(2, [1, 0, 0, 0]),
      section(6, [1, 0, 0, 1, 0], name('f')),
      section(2, [1, 1], exports),
    );
  },
  'empty modules inside': (bytes) =>
    component(repeat(upTo(LIMITS.nestedModules, bytes / 10), () => section(1, EMPTY_MODULE))),
  'modules inside, full of data': (bytes) => {
    const inner = module(section(11, [1, 1], name('x'.repeat(bytes / LIMITS.nestedModules))));
    return component(repeat(LIMITS.nestedModules, () => section(1, inner)));
  },
  'modules inside beyond counting': (bytes) =>
    component(repeat(Math.max(LIMITS.nestedModules + 1, bytes / 10), () => section(1, EMPTY_MODULE))),
  'components inside each other': (bytes) =>
    nested(
      15,
      component(
        section(
          7,
          vector(upTo(MOST_ITEMS, bytes / 4), () => FUNC_TYPE),
        ),
      ),
    ),
  'components too deep inside each other': (bytes) => nested(upTo(2_000, bytes / 20), EMPTY_COMPONENT),
  'empty sections': (bytes) => component(repeat(upTo(LIMITS.componentSections, bytes / 3), () => section(7, [0]))),
  'empty sections beyond counting': (bytes) =>
    component(repeat(Math.max(LIMITS.componentSections + 1, bytes / 3), () => section(7, [0]))),
  'custom sections': (bytes) => component(repeat(upTo(LIMITS.customSections, bytes / 4), () => section(0, name('a')))),
  'canonical functions': (bytes) => {
    return component(
      section(7, [1, 0x3f, 0x7f, 0]),
      section(
        8,
        vector(upTo(MOST_ITEMS, bytes / 2), () => [3, 0]),
      ),
    );
  },
  'canonical options': (bytes) => {
    const lower = join(
      [1, 0, 0],
      vector(upTo(MOST_ITEMS, bytes), () => [0]),
    );
    return component(section(7, [1], FUNC_TYPE), section(10, [1, 0], name('f'), [1, 0]), section(8, [1], lower));
  },
  'instance types inside each other': (bytes) => {
    const deep = (level: number): Uint8Array => (level === 0 ? join([0x42, 0]) : join([0x42, 1, 1], deep(level - 1)));
    const type = deep(14);
    return component(
      section(
        7,
        vector(upTo((LIMITS.scopeTypes - 1) / 15, bytes / type.length), () => type),
      ),
    );
  },
  'instance types beyond counting': (bytes) => {
    return component(
      section(
        7,
        vector(Math.max(LIMITS.scopeTypes + 1, bytes / 3), () => [0x42, 0]),
      ),
    );
  },
  'instance types of many aliases of outer types': (bytes) => {
    const count = upTo(MOST_ITEMS, bytes / 5);
    const type = join(
      [0x42],
      vector(count, () => [2, 3, 2, 1, 0]),
    );
    return component(section(7, [2], FUNC_TYPE, type));
  },
  'exports of one function under long version numbers': (bytes) => {
    const exported = (index: number): Part => join([0], name(`a:b/c@1.0.${index}`), [1, 0, 0]);
    return component(
      section(7, [1], FUNC_TYPE),
      section(10, [1, 0], name('f'), [1, 0]),
      section(11, vector(upTo(LIMITS.componentInterface, bytes / 18), exported)),
    );
  },
};

function letters(index: number): string {
  return [...index.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('');
}
