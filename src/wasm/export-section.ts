import type { Export, ExternType } from '#model/module-facts';
import type { ByteReader } from './byte-reader.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { invalid, malformed, overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';

/** Reads an export section (section 5.5.10). */
export function readExportSection(reader: ByteReader, spaces: CoreIndexSpaces): Export[] {
  const exports: Export[] = [];
  const count = reader.count('exports', 3, LIMITS.exports);
  reader.expectNames(count);
  let tables = 0;
  for (let place = 0; place < count; place++) {
    const offset = reader.position;
    const name = reader.name('the name of an export');
    const start = reader.position;
    const kind = reader.byte('an export kind');
    if (kind === TABLE && ++tables > LIMITS.tableExports) {
      throw overLimit(start, 'Too many exports of tables', LIMITS.tableExports);
    }
    const at = reader.position;
    const index = reader.u32('the index of an export');
    const type = typeOf(spaces, kind, index);
    if (type === undefined) throw unknownItem(spaces, kind, index, start, at);
    exports.push({ name, type, index, offset });
  }
  return exports;
}

const TABLE = 1;

/** The type of an item; undefined where there is none of that kind and index. */
function typeOf(spaces: CoreIndexSpaces, kind: number, index: number): ExternType | undefined {
  const { externs } = spaces;
  switch (kind) {
    case 0: {
      const type = spaces.functions.at(index);
      return type === undefined ? undefined : externs.func(type);
    }
    case TABLE: {
      const type = spaces.tables[index];
      return type === undefined ? undefined : externs.table(type);
    }
    case 2: {
      const memory = spaces.memories[index];
      return memory === undefined ? undefined : externs.memory(memory.limits);
    }
    case 3: {
      const type = spaces.globals[index];
      if (type?.mutable === true) spaces.features.add('mutable-globals');
      return type === undefined ? undefined : externs.global(type);
    }
    case 4: {
      const type = spaces.tags[index];
      return type === undefined ? undefined : externs.tag(type);
    }
    default:
      return undefined;
  }
}

const KINDS = ['function', 'table', 'memory', 'global', 'tag'] as const;

function unknownItem(spaces: CoreIndexSpaces, kind: number, index: number, start: number, at: number): Error {
  const what = KINDS[kind];
  if (what === undefined)
    return malformed(start, `Malformed export kind 0x${kind.toString(16)}`, 'a number from 0 to 4');
  const { functions, tables, memories, globals, tags } = spaces;
  const { length } = { function: functions, table: tables, memory: memories, global: globals, tag: tags }[what];
  return invalid(at, `Unknown ${what} ${index}`, `an index below ${length}`);
}
