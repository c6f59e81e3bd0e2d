import type { Export, ExternType } from '#model/module-facts';
import type { ByteReader } from './byte-reader.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { invalid, malformed } from './failures.ts';
import { LIMITS } from './limits.ts';

/** Reads an export section (section 5.5.10). */
export function readExportSection(reader: ByteReader, spaces: CoreIndexSpaces): Export[] {
  const exports: Export[] = [];
  const count = reader.count('exports', 3, LIMITS.exports);
  for (let index = 0; index < count; index++) {
    const offset = reader.position;
    const name = reader.name('the name of an export');
    const { type, index: item } = readExportedItem(reader, spaces);
    exports.push({ name, type, index: item, offset });
  }
  return exports;
}

function readExportedItem(reader: ByteReader, spaces: CoreIndexSpaces): { type: ExternType; index: number } {
  const start = reader.position;
  const kind = reader.byte('an export kind');
  const at = reader.position;
  const index = reader.u32('the index of an export');
  const item = <T>(space: readonly T[], what: string): T => {
    const value = space[index];
    if (value === undefined) throw invalid(at, `Unknown ${what} ${index}`, `an index below ${space.length}`);
    return value;
  };
  switch (kind) {
    case 0:
      return { index, type: spaces.externs.func(item(spaces.functions, 'function')) };
    case 1:
      return { index, type: spaces.externs.table(item(spaces.tables, 'table')) };
    case 2:
      return { index, type: spaces.externs.memory(item(spaces.memories, 'memory').limits) };
    case 3: {
      const type = item(spaces.globals, 'global');
      if (type.mutable) spaces.features.add('mutable-globals');
      return { index, type: spaces.externs.global(type) };
    }
    case 4:
      return { index, type: spaces.externs.tag(item(spaces.tags, 'tag')) };
    default:
      throw malformed(start, `Malformed export kind 0x${kind.toString(16)}`, 'a number from 0 to 4');
  }
}
