import type { FuncType } from '#model/module-facts';
import { ByteReader } from './byte-reader.ts';
import { COMPOSITE } from './composite-types.ts';
import { malformed, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { LIMITS } from './limits.ts';
import { TypeKeys } from './type-keys.ts';
import { mayCarryFunction, readStorageType, readValueType, type ValueType, valueTypeText } from './value-types.ts';

const REC = 0x4e;
const SUB_FINAL = 0x4f;
const SUB_OPEN = 0x50;
const SHARED_COMPOSITE = 0x65;
const DESCRIPTOR = 0x4d;
const DESCRIBES = 0x4c;

const NONE: readonly ValueType[] = [];

/**
 * The types of a module, kept as positions in the file so that a million of them stay small. What a type says is
 * read again where someone asks.
 */
export class TypeTable {
  readonly bytes: Uint8Array;
  /** Position of each composite type, at its leading byte. */
  readonly offsets: number[];
  readonly kinds: number[];
  /** Declared supertype, or -1. */
  readonly supers: number[];
  /** First index of the recursion group that each type belongs to. */
  readonly groups: number[];
  /** Parameters + results of a function, fields of a struct: what one use of the type costs a validator. */
  readonly weights: number[];
  /** The larger of the numbers of parameters and results. */
  readonly arities: number[];
  /** End of each function type that points to no other type and is written the shortest way, else 0. */
  readonly plainEnds: number[];
  size = 0;
  private canonical: Int32Array | undefined;

  /** `expected`: how many types there will be as a rule, so that columns need not grow. `trim` when all are added. */
  constructor(bytes: Uint8Array, expected = 0) {
    this.bytes = bytes;
    this.offsets = new Array<number>(expected);
    this.kinds = new Array<number>(expected);
    this.supers = new Array<number>(expected);
    this.groups = new Array<number>(expected);
    this.weights = new Array<number>(expected);
    this.arities = new Array<number>(expected);
    this.plainEnds = new Array<number>(expected);
  }

  /** Takes the room that is left off the columns: a recursion group may be an entry without a type. */
  trim(): void {
    for (const column of [this.offsets, this.kinds, this.supers, this.groups, this.weights, this.arities]) {
      column.length = this.size;
    }
    this.plainEnds.length = this.size;
  }

  isFunction(index: number): boolean {
    return this.kinds[index] === COMPOSITE.function;
  }

  /** Parameters and results of a function type; undefined when the index names no function type. */
  signature(index: number): { params: readonly ValueType[]; results: readonly ValueType[] } | undefined {
    const offset = this.offsets[index];
    if (offset === undefined || this.kinds[index] !== COMPOSITE.function) return undefined;
    const reader = new ByteReader(this.bytes, offset + 1, this.bytes.length, 'type section');
    return { params: readValueTypes(reader, new Set()), results: readValueTypes(reader, new Set()) };
  }

  funcType(index: number): FuncType | undefined {
    const signature = this.signature(index);
    if (signature === undefined) return undefined;
    return { params: signature.params.map(valueTypeText), results: signature.results.map(valueTypeText) };
  }

  /** Whether a parameter or result of the function type may carry a function reference. */
  carriesFunction(index: number): boolean {
    const signature = this.signature(index);
    if (signature === undefined) return false;
    return signature.params.some(mayCarryFunction) || signature.results.some(mayCarryFunction);
  }

  /**
   * Numbers types so that two are equal exactly when the numbers are (iso-recursive equality of recursion groups,
   * WebAssembly 3.0, section 3.1.4): references inside a group count from its start, others by their own number.
   */
  canonicalIds(): Int32Array {
    if (this.canonical !== undefined) return this.canonical;
    const ids = new Int32Array(this.size);
    const seen = new Map<string, number>();
    const keys = new TypeKeys(this, ids);
    for (let start = 0; start < this.size; ) {
      let end = start + 1;
      while (end < this.size && this.groups[end] === start) end++;
      const key = keys.ofGroup(start, end);
      const known = seen.get(key);
      const first = known ?? start;
      if (known === undefined) seen.set(key, start);
      for (let index = start; index < end; index++) ids[index] = first + (index - start);
      start = end;
    }
    this.canonical = ids;
    return ids;
  }
}

function readValueTypes(reader: ByteReader, features: FeatureSet): readonly ValueType[] {
  const count = reader.u32('the number of types');
  if (count === 0) return NONE;
  const types: ValueType[] = [];
  for (let index = 0; index < count; index++) types.push(readValueType(reader, features));
  return types;
}

function skipTypes(
  reader: ByteReader,
  what: string,
  limit: number,
  features: FeatureSet,
): { readonly count: number; readonly plain: boolean } {
  const start = reader.position;
  const count = reader.count(what, 1, limit);
  for (let index = 0; index < count; index++) readValueType(reader, features);
  // A type that is one byte is an index to no other.
  return { count, plain: reader.position - start === count + (count < 0x80 ? 1 : 2) };
}

/** Reads a type section (WebAssembly 3.0, section 5.5.4). */
export function readTypeSection(reader: ByteReader, features: FeatureSet): TypeTable {
  return readTypes(reader, features, reader.count('types', 1, LIMITS.types));
}

/** Reads so many entries of a type section; a recursion group is one entry. */
export function readTypes(reader: ByteReader, features: FeatureSet, entries: number): TypeTable {
  const table = new TypeTable(reader.bytes, entries);
  for (let entry = 0; entry < entries; entry++) {
    const group = table.size;
    if (reader.peek() === REC) {
      reader.position++;
      features.add('gc');
      const members = reader.count('types of a recursion group', 1, LIMITS.recursionGroupTypes);
      for (let member = 0; member < members; member++) readSubType(reader, table, group, features);
    } else readSubType(reader, table, group, features);
    if (table.size > LIMITS.types) throw overLimit(reader.position, `${table.size} types`, LIMITS.types);
  }
  table.trim();
  return table;
}

function readSubType(reader: ByteReader, table: TypeTable, group: number, features: FeatureSet): void {
  let parent = -1;
  const lead = reader.peek();
  if (lead === SUB_OPEN || lead === SUB_FINAL) {
    reader.position++;
    features.add('gc');
    const parents = reader.count('supertypes', 1, 1_000);
    for (let index = 0; index < parents; index++) parent = reader.u32('a supertype');
  }
  if (reader.peek() === SHARED_COMPOSITE) {
    reader.position++;
    features.add('shared-everything-threads');
  }
  if (reader.peek() === DESCRIBES) skipClause(reader, features);
  if (reader.peek() === DESCRIPTOR) skipClause(reader, features);
  const offset = reader.position;
  const kind = reader.byte('a type');
  let weight = 1;
  let arity = 1;
  let plainEnd = 0;
  if (kind === COMPOSITE.function) {
    const params = skipTypes(reader, 'parameters', LIMITS.parameters, features);
    const results = skipTypes(reader, 'results', LIMITS.results, features);
    if (results.count > 1) features.add('multivalue');
    weight = params.count + results.count;
    arity = Math.max(params.count, results.count);
    if (params.plain && results.plain && parent < 0) plainEnd = reader.position;
  } else if (kind === COMPOSITE.struct) {
    features.add('gc');
    weight = reader.count('fields', 2, LIMITS.structFields);
    for (let field = 0; field < weight; field++) readField(reader, features);
  } else if (kind === COMPOSITE.array) {
    features.add('gc');
    readField(reader, features);
  } else if (kind === COMPOSITE.continuation) {
    features.add('stack-switching');
    reader.s33('a type index');
  } else {
    throw malformed(offset, `Malformed definition type 0x${kind.toString(16)}`, 'a function, struct or array type');
  }
  const index = table.size++;
  table.offsets[index] = offset;
  table.kinds[index] = kind;
  table.supers[index] = parent;
  table.groups[index] = group;
  table.weights[index] = weight;
  table.arities[index] = arity;
  table.plainEnds[index] = plainEnd;
}

function skipClause(reader: ByteReader, features: FeatureSet): void {
  reader.position++;
  features.add('custom-descriptors');
  reader.u32('a type index');
}

function readField(reader: ByteReader, features: FeatureSet): void {
  readStorageType(reader, features);
  readMutability(reader);
}

/** 0 for constant, 1 for mutable (section 5.3.8). */
export function readMutability(reader: ByteReader): boolean {
  const start = reader.position;
  const byte = reader.byte('a mutability');
  if (byte > 1) throw malformed(start, `Malformed mutability 0x${byte.toString(16)}`, '0 (const) or 1 (var)');
  return byte === 1;
}
