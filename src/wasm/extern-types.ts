import type { Count64, ExternType, Limits } from '#model/module-facts';
import type { ByteReader } from './byte-reader.ts';
import { invalid, malformed } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { readMutability, type TypeTable } from './type-table.ts';
import { readReferenceType, readValueType, type ValueType, valueTypeText } from './value-types.ts';

const HAS_MAXIMUM = 1;
const SHARED = 2;
const INDEX_64 = 4;
const PAGE_SIZE = 8;

export interface TableType {
  readonly element: ValueType;
  readonly limits: Limits;
}
export interface GlobalType {
  readonly value: ValueType;
  readonly mutable: boolean;
}
/** Where the numbers of a limit stand in the file. */
export interface LimitsRead {
  readonly limits: Limits;
  readonly minimum: { readonly start: number; readonly end: number };
  readonly maximum: { readonly start: number; readonly end: number } | undefined;
}

/** A number where that is exact, digits otherwise. */
export function count64(value: bigint | number): Count64 {
  if (typeof value === 'number') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

/** Limits (WebAssembly 3.0, sections 5.3.14 to 5.3.16) with their own validity (section 3.2.16). */
export function readLimits(reader: ByteReader, of: 'table' | 'memory', features: FeatureSet): LimitsRead {
  const start = reader.position;
  const flags = reader.byte('the flags of limits');
  const known = of === 'memory' ? 0x0f : 0x07;
  if ((flags & ~known) !== 0) {
    throw malformed(
      start,
      `Malformed limits flags 0x${flags.toString(16)} of a ${of}`,
      `bits within 0x0${known.toString(16)}`,
    );
  }
  const index64 = (flags & INDEX_64) !== 0;
  const shared = (flags & SHARED) !== 0;
  if (index64) features.add(of === 'memory' ? 'memory64' : 'table64');
  if (shared) features.add(of === 'memory' ? 'threads' : 'shared-everything-threads');
  const minStart = reader.position;
  const min = reader.u64('a minimum');
  const minimum = { start: minStart, end: reader.position };
  let max: bigint | undefined;
  let maximum: LimitsRead['maximum'];
  if ((flags & HAS_MAXIMUM) !== 0) {
    const maxStart = reader.position;
    max = reader.u64('a maximum');
    maximum = { start: maxStart, end: reader.position };
  }
  let pageSizeLog = 16;
  if ((flags & PAGE_SIZE) !== 0) {
    features.add('custom-page-sizes');
    const at = reader.position;
    pageSizeLog = reader.u32('the logarithm of a page size');
    if (pageSizeLog > 63) throw malformed(at, `Invalid custom page size 2^${pageSizeLog}`, '2^0 or 2^16');
    if (pageSizeLog !== 0 && pageSizeLog !== 16) {
      throw invalid(at, `Invalid custom page size 2^${pageSizeLog}`, '2^0 or 2^16');
    }
  }
  const limits: Limits = {
    min: count64(min),
    ...(max === undefined ? {} : { max: count64(max) }),
    ...(shared ? { shared } : {}),
    ...(index64 ? { index64 } : {}),
    ...((flags & PAGE_SIZE) === 0 ? {} : { pageSize: 2 ** pageSizeLog }),
  };
  checkLimits(of, min, max, { index64, shared, pageSizeLog, start });
  return { limits, minimum, maximum };
}

function checkLimits(
  of: 'table' | 'memory',
  min: bigint,
  max: bigint | undefined,
  { index64, shared, pageSizeLog, start }: { index64: boolean; shared: boolean; pageSizeLog: number; start: number },
): void {
  const bits = index64 ? 64n : 32n;
  const bound = of === 'memory' ? 1n << (bits - BigInt(pageSizeLog)) : (1n << bits) - 1n;
  for (const size of max === undefined ? [min] : [min, max]) {
    if (size > bound) throw invalid(start, `The ${of} size ${size} is out of range`, `at most ${bound}`);
  }
  if (max !== undefined && min > max) {
    throw invalid(start, `The size minimum ${min} of a ${of} must not be greater than the maximum ${max}`, 'min ≤ max');
  }
  if (shared && of === 'memory' && max === undefined) {
    throw invalid(start, 'A shared memory must have a maximum', 'a maximum');
  }
}

export function readTableType(reader: ByteReader, features: FeatureSet): { type: TableType; read: LimitsRead } {
  const element = readReferenceType(reader, features);
  const read = readLimits(reader, 'table', features);
  return { type: { element, limits: read.limits }, read };
}

/** A global type (section 5.3.17). The mutability byte may carry the shared bit of a proposal. */
export function readGlobalType(reader: ByteReader, features: FeatureSet): GlobalType {
  const value = readValueType(reader, features);
  const flags = reader.peek();
  if (flags === 2 || flags === 3) {
    reader.position++;
    features.add('shared-everything-threads');
    return { value, mutable: flags === 3 };
  }
  return { value, mutable: readMutability(reader) };
}

/** A tag type (section 5.3.18): an attribute byte and a function type. */
export function readTagType(reader: ByteReader, types: TypeTable, features: FeatureSet): number {
  const start = reader.position;
  const attribute = reader.byte('the attribute of a tag');
  if (attribute !== 0) throw malformed(start, `Malformed tag attribute 0x${attribute.toString(16)}`, 'a zero byte');
  features.add('exceptions');
  return readTypeUse(reader, types);
}

/** The index of a function type. */
export function readTypeUse(reader: ByteReader, types: TypeTable): number {
  const start = reader.position;
  const index = reader.u32('a type index');
  if (index >= types.size) throw invalid(start, `Unknown type ${index}`, `an index below ${types.size}`);
  if (!types.isFunction(index)) throw invalid(start, `Type ${index} is not a function type`, 'a function type');
  return index;
}

/** Builds each type's description once, because thousands of imports and exports share few types. */
export class ExternTypes {
  private readonly types: TypeTable;
  private readonly functions = new Map<number, ExternType>();
  private readonly tags = new Map<number, ExternType>();
  private readonly tables = new Map<TableType, ExternType>();
  private readonly memories = new Map<Limits, ExternType>();
  private readonly globals = new Map<GlobalType, ExternType>();

  constructor(types: TypeTable) {
    this.types = types;
  }

  func(index: number): ExternType {
    return remember(this.functions, index, () => ({ kind: 'func', type: this.signature(index) }));
  }

  tag(index: number): ExternType {
    return remember(this.tags, index, () => ({ kind: 'tag', type: this.signature(index) }));
  }

  table(type: TableType): ExternType {
    const { element, limits } = type;
    return remember(this.tables, type, () => ({ kind: 'table', element: valueTypeText(element), limits }));
  }

  memory(limits: Limits): ExternType {
    return remember(this.memories, limits, () => ({ kind: 'memory', limits }));
  }

  global(type: GlobalType): ExternType {
    const { value, mutable } = type;
    return remember(this.globals, type, () => ({ kind: 'global', value: valueTypeText(value), mutable }));
  }

  private signature(index: number) {
    return this.types.funcType(index) ?? { params: [], results: [] };
  }
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
