import type { ByteReader } from './byte-reader.ts';
import { malformed } from './failures.ts';
import type { FeatureSet } from './features.ts';

/**
 * Value types as integers (WebAssembly 3.0, section 5.3). Numeric, vector and packed types are their own byte.
 * References are REFERENCE + 4 × heap + 2 × nullable + exact, where heap is the byte of an abstract heap type, or
 * TYPE_INDEX + the index of a defined type.
 */
export type ValueType = number;

const REFERENCE = 0x400;
const TYPE_INDEX = 0x100;
const SHARED = 0x80;

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const FUNCREF = 0x70;
const I8 = 0x78;
const I16 = 0x77;

const NUMERIC = new Map<number, string>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
  [V128, 'v128'],
]);
const PACKED = new Map<number, string>([
  [I8, 'i8'],
  [I16, 'i16'],
]);
/** Abstract heap types, and how the text format abbreviates a nullable reference to them. */
const ABSTRACT = new Map<number, { readonly heap: string; readonly short: string }>([
  [0x75, { heap: 'nocont', short: 'nullcontref' }],
  [0x74, { heap: 'noexn', short: 'nullexnref' }],
  [0x73, { heap: 'nofunc', short: 'nullfuncref' }],
  [0x72, { heap: 'noextern', short: 'nullexternref' }],
  [0x71, { heap: 'none', short: 'nullref' }],
  [FUNCREF, { heap: 'func', short: 'funcref' }],
  [0x6f, { heap: 'extern', short: 'externref' }],
  [0x6e, { heap: 'any', short: 'anyref' }],
  [0x6d, { heap: 'eq', short: 'eqref' }],
  [0x6c, { heap: 'i31', short: 'i31ref' }],
  [0x6b, { heap: 'struct', short: 'structref' }],
  [0x6a, { heap: 'array', short: 'arrayref' }],
  [0x69, { heap: 'exn', short: 'exnref' }],
  [0x68, { heap: 'cont', short: 'contref' }],
]);

const GC_HEAPS = new Set([0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x71, 0x72, 0x73]);

export function isReference(type: ValueType): boolean {
  return type >= REFERENCE;
}

function heapOf(type: ValueType): number {
  return (type - REFERENCE) >> 2;
}

/** The index of the defined type that a reference points to. */
export function typeIndexOf(type: ValueType): number | undefined {
  if (!isReference(type)) return undefined;
  const heap = heapOf(type);
  return heap >= TYPE_INDEX ? heap - TYPE_INDEX : undefined;
}

/** A reference's nullability and exactness, as a number below four. */
export function referenceFlags(type: ValueType): number {
  return (type - REFERENCE) & 3;
}

/** The one byte that a type can be written as: a number's, or that of a nullable reference to an abstract heap type. */
export function shorthandOf(type: ValueType): number | undefined {
  if (!isReference(type)) return type;
  const heap = heapOf(type);
  return ABSTRACT.has(heap) && referenceFlags(type) === 2 ? heap : undefined;
}

/** Heap types whose values neither are functions nor lead to one: extern, noextern, i31, none, exn, noexn. */
const INERT_HEAPS = new Set([0x6f, 0x72, 0x6c, 0x71, 0x69, 0x74]);

/** Whether a value of the type may be a function, or a structure that holds one. */
export function mayCarryFunction(type: ValueType): boolean {
  return isReference(type) && !INERT_HEAPS.has(heapOf(type) & ~SHARED);
}

/** Text-format spelling (section 6.4): `i32`, `funcref`, `(ref null 3)`. */
export function valueTypeText(type: ValueType): string {
  if (!isReference(type)) return NUMERIC.get(type) ?? PACKED.get(type) ?? `0x${type.toString(16)}`;
  const heap = heapOf(type);
  const bits = type - REFERENCE;
  const nullable = (bits & 2) !== 0;
  if (heap >= TYPE_INDEX) {
    const index = (bits & 1) !== 0 ? `(exact ${heap - TYPE_INDEX})` : String(heap - TYPE_INDEX);
    return nullable ? `(ref null ${index})` : `(ref ${index})`;
  }
  const names = ABSTRACT.get(heap & ~SHARED);
  const name = names?.heap ?? `0x${heap.toString(16)}`;
  if ((heap & SHARED) !== 0) return `(ref ${nullable ? 'null ' : ''}(shared ${name}))`;
  return nullable ? (names?.short ?? `(ref null ${name})`) : `(ref ${name})`;
}

/** Notes what a value type of one byte says about features. */
export function notePlainType(byte: number, features: FeatureSet): void {
  if (byte === V128) features.add('simd');
  // In a table the same byte is as old as tables are.
  else if (byte === FUNCREF) features.add('reference-types');
}

function noteHeap(heap: number, features: FeatureSet): void {
  if (heap === 0x69 || heap === 0x74) features.add('exceptions');
  else if (heap === 0x68 || heap === 0x75) features.add('stack-switching');
  else if (GC_HEAPS.has(heap)) features.add('gc');
  else if (heap === 0x6f) features.add('reference-types');
}

/**
 * A heap type: an abstract one, or the index of a defined one. The result is the part of a ValueType that says the
 * heap type and whether it is exact.
 */
function readHeap(reader: ByteReader, features: FeatureSet): number {
  const start = reader.position;
  const first = reader.peek();
  if (first === 0x62) {
    reader.position++;
    features.add('custom-descriptors');
    return 4 * (TYPE_INDEX + reader.u32('a type index')) + 1;
  }
  if (first === 0x65) {
    reader.position++;
    features.add('shared-everything-threads');
    const heap = reader.byte('an abstract heap type');
    if (!ABSTRACT.has(heap)) throw malformed(start, 'Malformed heap type', 'an abstract heap type after `shared`');
    return 4 * (heap | SHARED);
  }
  const value = reader.s33('a heap type');
  if (value >= 0) return 4 * (TYPE_INDEX + value);
  const byte = value & 0x7f;
  if (value < -64 || !ABSTRACT.has(byte)) {
    throw malformed(start, `Malformed heap type 0x${byte.toString(16)}`, 'an abstract heap type or a type index');
  }
  noteHeap(byte, features);
  return 4 * byte;
}

/** A heap type as instructions name it; gives the nullable reference to it. */
export function readHeapType(reader: ByteReader, features: FeatureSet): ValueType {
  return REFERENCE + readHeap(reader, features) + 2;
}

/** A reference type (section 5.3.4). */
export function readReferenceType(reader: ByteReader, features: FeatureSet): ValueType {
  const start = reader.position;
  const type = tryReference(reader, features);
  if (type === undefined) {
    throw malformed(start, `Malformed reference type 0x${Math.max(0, reader.peek()).toString(16)}`, 'a reference type');
  }
  return type;
}

function tryReference(reader: ByteReader, features: FeatureSet): ValueType | undefined {
  const byte = reader.peek();
  if (byte < 0) throw reader.truncated('a reference type');
  if (byte === 0x63 || byte === 0x64) {
    reader.position++;
    features.add('function-references');
    return REFERENCE + readHeap(reader, features) + (byte === 0x63 ? 2 : 0);
  }
  if (ABSTRACT.has(byte) || byte === 0x65) {
    return REFERENCE + (readHeap(reader, features) & ~1) + 2;
  }
  return undefined;
}

/** A value type (section 5.3.5). */
export function readValueType(reader: ByteReader, features: FeatureSet): ValueType {
  const start = reader.position;
  const byte = reader.peek();
  if (byte >= F64 && byte <= I32) {
    reader.position++;
    return byte;
  }
  notePlainType(byte, features);
  if (byte === V128) {
    reader.position++;
    return byte;
  }
  if (byte < 0) throw reader.truncated('a value type');
  const type = tryReference(reader, features);
  if (type === undefined) throw malformed(start, `Malformed value type 0x${byte.toString(16)}`, 'a value type');
  return type;
}

/** The type of a struct field or array element (section 5.3.8). */
export function readStorageType(reader: ByteReader, features: FeatureSet): ValueType {
  const byte = reader.peek();
  if (!PACKED.has(byte)) return readValueType(reader, features);
  reader.position++;
  return byte;
}
