import type { ByteReader } from './byte-reader.ts';
import { malformed } from './failures.ts';

/** Kinds of component-level items, by their sort byte (component model, Binary.md). */
export type Sort = 'core' | 'func' | 'value' | 'type' | 'component' | 'instance';

const SORTS: readonly (Sort | undefined)[] = ['core', 'func', 'value', 'type', 'component', 'instance'];
export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag' | 'type' | 'module' | 'instance';
const CORE_SORTS = new Map<number, CoreSort>([
  [0x00, 'func'],
  [0x01, 'table'],
  [0x02, 'memory'],
  [0x03, 'global'],
  [0x04, 'tag'],
  [0x10, 'type'],
  [0x11, 'module'],
  [0x12, 'instance'],
]);

/** The sort of an item, and which of the core sorts it is. */
export function readSort(reader: ByteReader): { sort: Sort; core: CoreSort | undefined } {
  const start = reader.position;
  const byte = reader.byte('a sort');
  const sort = SORTS[byte];
  if (sort === undefined) throw malformed(start, `Malformed sort 0x${byte.toString(16)}`, 'a number from 0 to 5');
  return { sort, core: sort === 'core' ? readCoreSort(reader) : undefined };
}

export function readCoreSort(reader: ByteReader): CoreSort {
  const start = reader.position;
  const byte = reader.byte('a core sort');
  const core = CORE_SORTS.get(byte);
  if (core === undefined) throw malformed(start, `Malformed core sort 0x${byte.toString(16)}`, 'a core sort');
  return core;
}
