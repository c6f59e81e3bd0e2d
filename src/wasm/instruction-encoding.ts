import type { ByteReader } from './byte-reader.ts';
import { invalid, malformed, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { LIMITS } from './limits.ts';
import { isPrefix, OPERATOR_SHAPES, PREFIXES, SHAPE } from './operators.ts';
import { readHeapType, readValueType } from './value-types.ts';

const FLAG_MEMORY = 0x40;

/** An opcode of one byte or with a prefix (WebAssembly 3.0, section 5.4), as an index into OPERATOR_SHAPES. */
export function readOperator(reader: ByteReader): number {
  const start = reader.position;
  const first = reader.byte('an opcode');
  if (!isPrefix(first)) {
    if (OPERATOR_SHAPES[first] === SHAPE.unknown) {
      throw malformed(start, `Illegal opcode ${first.toString(16).padStart(2, '0')}`, 'a known instruction');
    }
    return first;
  }
  const { base, room } = PREFIXES[first];
  const second = reader.u32('the second part of an opcode');
  if (second >= room || OPERATOR_SHAPES[base + second] === SHAPE.unknown) {
    const hex = second.toString(16).padStart(2, '0');
    throw malformed(start, `Illegal opcode ${first.toString(16)} ${hex}`, 'a known instruction');
  }
  return base + second;
}

/** The locals in front of a function's instructions (section 5.5.13); returns how many there are. */
export function readLocals(reader: ByteReader, features: FeatureSet): number {
  const start = reader.position;
  const groups = reader.count('groups of locals', 2, Number.MAX_SAFE_INTEGER);
  let total = 0;
  for (let group = 0; group < groups; group++) {
    total += reader.u32('a number of locals');
    if (total > 0xffff_ffff) throw malformed(start, `Too many locals: ${total}`, 'less than 2^32 locals');
    readValueType(reader, features);
  }
  if (total > LIMITS.functionLocals) {
    throw overLimit(start, `${total} locals in one function`, LIMITS.functionLocals);
  }
  return total;
}

/** An index into a space of `size` items. */
export function readIndex(reader: ByteReader, space: string, size: number): number {
  const start = reader.position;
  const value = reader.u32(`a ${space} index`);
  if (value >= size) throw invalid(start, `Unknown ${space} ${value}`, `an index below ${size}`);
  return value;
}

/** Alignment, memory and offset of a load or store (section 5.4.6). */
function readMemoryArgument(reader: ByteReader, features: FeatureSet): void {
  const start = reader.position;
  const flags = reader.u32('an alignment');
  if (flags >= 2 * FLAG_MEMORY) {
    throw malformed(start, `Malformed memop flags 0x${flags.toString(16)}`, 'an alignment below 64');
  }
  if ((flags & FLAG_MEMORY) !== 0) {
    reader.u32('a memory index');
    features.add('multi-memory');
  }
  reader.skipNumber(64, false, 'an offset');
}

const FLAG_ORDER = 0x10;

/** The same for an atomic access, which may say how it is ordered (acquire-release atomics proposal). */
function readAtomicMemoryArgument(reader: ByteReader, features: FeatureSet): void {
  const flags = reader.peek();
  if (flags < 0 || flags >= 2 * FLAG_MEMORY || (flags & FLAG_ORDER) === 0) return readMemoryArgument(reader, features);
  reader.position++;
  features.add('acquire-release-atomics');
  if ((flags & FLAG_MEMORY) !== 0) {
    reader.u32('a memory index');
    features.add('multi-memory');
  }
  const start = reader.position;
  const order = reader.byte('a memory order');
  if (order > 1 && order !== READ_AND_WRITE_ACQUIRE_RELEASE) {
    throw malformed(start, `Malformed memory order 0x${order.toString(16)}`, '0, 1 or 0x11');
  }
  reader.skipNumber(64, false, 'an offset');
}

/** Both halves of a read-modify-write as acquire and release, four bits each. */
const READ_AND_WRITE_ACQUIRE_RELEASE = 0x11;

/** How an atomic access of a global, table or field is ordered (shared-everything threads proposal). */
export function readOrder(reader: ByteReader): void {
  const start = reader.position;
  const order = reader.byte('a memory order');
  if (order > 1) throw malformed(start, `Malformed memory order 0x${order.toString(16)}`, '0 or 1');
}

/** The type of a block (section 5.4.1): its index among `types` types, or -1 where it is spelled out. */
export function readBlockType(reader: ByteReader, features: FeatureSet, types: number): number {
  const next = reader.peek();
  if (next === 0x40) {
    reader.position++;
    return -1;
  }
  if (next >= 0x41 && next < 0x80) {
    readValueType(reader, features);
    return -1;
  }
  const start = reader.position;
  const index = reader.s33('a block type');
  if (index < 0) throw malformed(start, 'Malformed block type', 'a value type or a type index');
  if (index >= types) throw invalid(start, `Unknown type ${index}`, `an index below ${types}`);
  return index;
}

/** Passes over the labels of a branch table. */
export function skipLabels(reader: ByteReader): void {
  const targets = reader.count('targets of a branch table', 1, Number.MAX_SAFE_INTEGER);
  if (targets > LIMITS.branchTargets) {
    throw overLimit(reader.position, `${targets} targets of a branch table`, LIMITS.branchTargets);
  }
  for (let index = 0; index <= targets; index++) reader.u32('a label');
}

/** The catch clauses of a `try_table`; returns how many. */
export function skipCatches(reader: ByteReader): number {
  const catches = reader.count('catch clauses', 2, LIMITS.branchTargets);
  for (let index = 0; index < catches; index++) {
    const start = reader.position;
    const kind = reader.byte('a catch clause');
    if (kind > 3) throw malformed(start, `Malformed catch clause 0x${kind.toString(16)}`, 'a number below 4');
    if (kind < 2) reader.u32('a tag index');
    reader.u32('a label');
  }
  return catches;
}

/** Passes over the handlers of a `resume` (stack switching proposal). */
export function skipHandlers(reader: ByteReader): void {
  const count = reader.count('handlers', 2, LIMITS.branchTargets);
  for (let index = 0; index < count; index++) {
    const start = reader.position;
    const kind = reader.byte('a handler');
    if (kind > 1) throw malformed(start, `Malformed handler 0x${kind.toString(16)}`, '0 (on) or 1 (switch)');
    reader.u32('a tag index');
    if (kind === 0) reader.u32('a label');
  }
}

/** Passes over operands that name nothing the walk keeps. `start` is the instruction's; false for any other shape. */
export function skipImmediates(reader: ByteReader, shape: number, start: number, features: FeatureSet): boolean {
  switch (shape) {
    case SHAPE.none:
      return true;
    case SHAPE.index:
      reader.u32('an index');
      return true;
    case SHAPE.twoIndices:
      reader.u32('an index');
      reader.u32('an index');
      return true;
    case SHAPE.memoryArgument:
      readMemoryArgument(reader, features);
      return true;
    case SHAPE.memoryLane:
      readMemoryArgument(reader, features);
      reader.byte('a lane');
      return true;
    case SHAPE.i32:
      reader.skipNumber(32, true, 'a constant');
      return true;
    case SHAPE.i64:
      reader.skipNumber(64, true, 'a constant');
      return true;
    case SHAPE.f32:
      reader.skip(4, 'a constant of 4 bytes');
      return true;
    case SHAPE.f64:
      reader.skip(8, 'a constant of 8 bytes');
      return true;
    case SHAPE.bytes16:
      reader.skip(16, 'a constant of 16 bytes');
      return true;
    case SHAPE.lane:
      reader.byte('a lane');
      return true;
    case SHAPE.fence:
      if (reader.byte('a zero byte') > 1) throw malformed(start, 'Malformed atomic fence', 'a zero byte');
      return true;
    case SHAPE.selectTyped: {
      const types = reader.count('types of a select', 1, LIMITS.results);
      for (let index = 0; index < types; index++) readValueType(reader, features);
      return true;
    }
    case SHAPE.heapType:
      readHeapType(reader, features);
      return true;
    case SHAPE.atomicMemoryArgument:
      readAtomicMemoryArgument(reader, features);
      return true;
    case SHAPE.orderedIndex:
      readOrder(reader);
      reader.u32('an index');
      return true;
    default:
      return false;
  }
}
