import type { ByteReader } from './byte-reader.ts';
import { NotUnderstood, type TypeScope } from './component-types.ts';
import { readEach } from './component-vectors.ts';
import { malformed } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { readValueType } from './value-types.ts';

/**
 * One canonical function (component model, Binary.md). Returns the type index of a lifted one, which joins the
 * component's functions; the others join no index space that facts look at and are left to the validator.
 */
export function readCanonicalFunction(reader: ByteReader, scope: TypeScope): number | undefined {
  const start = reader.position;
  const kind = reader.byte('a canonical function');
  if (kind === 0x00 || kind === 0x01) {
    if (reader.byte('a zero byte') !== 0) throw malformed(start, 'Malformed canonical function', 'a zero byte');
    reader.u32('a function');
    readEach(reader, 'options', () => skipOption(reader, scope.features));
    return kind === 0x00 ? reader.u32('a type index') : undefined;
  }
  if (kind >= 0x02 && kind <= 0x04) {
    reader.u32('a type index');
    return undefined;
  }
  if (isThreading(kind)) {
    scope.features.add('component-model-threading');
    skipThreadBuiltin(reader, kind, start, scope.features);
    return undefined;
  }
  scope.features.add('component-model-async');
  skipAsyncBuiltin(reader, kind, start, scope);
  return undefined;
}

function isThreading(kind: number): boolean {
  return (kind >= 0x26 && kind <= 0x2d) || (kind >= 0x40 && kind <= 0x42);
}

function skipThreadBuiltin(reader: ByteReader, kind: number, start: number, features: FeatureSet): void {
  if (kind === 0x27) {
    reader.u32('a core type index');
    reader.u32('a table');
  } else if (kind >= 0x29 && kind <= 0x2d) readCancellable(reader, features);
  else if (kind >= 0x40) {
    features.add('shared-everything-threads');
    // Specification and tools do not agree yet on what follows.
    throw new NotUnderstood(`a canonical function 0x${kind.toString(16)}`, start);
  }
}

function readFlag(reader: ByteReader, what: string): boolean {
  const start = reader.position;
  const flag = reader.byte(what);
  if (flag > 1) throw malformed(start, `Malformed flag 0x${flag.toString(16)}`, '0 or 1');
  return flag === 1;
}

/** Whether waiting may be cancelled: a flag that came and went while threads were designed. */
function readCancellable(reader: ByteReader, features: FeatureSet): void {
  if (readFlag(reader, 'a flag')) features.add('component-model-cancellable');
}

function skipAsyncBuiltin(reader: ByteReader, kind: number, start: number, scope: TypeScope): void {
  if (kind === 0x05 || kind === 0x0d || kind === 0x1f || (kind >= 0x22 && kind <= 0x25)) return;
  if (
    kind === 0x07 ||
    kind === 0x0e ||
    kind === 0x13 ||
    kind === 0x14 ||
    kind === 0x15 ||
    kind === 0x1a ||
    kind === 0x1b ||
    kind === 0x2e ||
    kind === 0x2f
  ) {
    reader.u32('a type index');
    return;
  }
  if (kind === 0x0a || kind === 0x0b) {
    readValueType(reader, scope.features);
    reader.u32('a slot');
    return;
  }
  if (kind === 0x06) {
    readFlag(reader, 'a flag');
    return;
  }
  if (kind === 0x0c) return readCancellable(reader, scope.features);
  if (kind === 0x0f || kind === 0x10 || kind === 0x16 || kind === 0x17) {
    reader.u32('a type index');
    readEach(reader, 'options', () => skipOption(reader, scope.features));
    return;
  }
  if (kind === 0x11 || kind === 0x12 || kind === 0x18 || kind === 0x19) {
    reader.u32('a type index');
    readFlag(reader, 'a flag');
    return;
  }
  if (kind === 0x09) {
    if (reader.byte('the form of a result') === 0) scope.readTypeUse(reader);
    else reader.byte('a zero byte');
    readEach(reader, 'options', () => skipOption(reader, scope.features));
    return;
  }
  if (kind >= 0x1c && kind <= 0x1e) scope.features.add('component-model-error-context');
  if (kind === 0x1c || kind === 0x1d) {
    readEach(reader, 'options', () => skipOption(reader, scope.features));
    return;
  }
  if (kind === 0x1e) return;
  if (kind === 0x20 || kind === 0x21) {
    readCancellable(reader, scope.features);
    reader.u32('a memory');
    return;
  }
  throw new NotUnderstood(`a canonical function 0x${kind.toString(16)}`, start);
}

function skipOption(reader: ByteReader, features: FeatureSet): void {
  const start = reader.position;
  const kind = reader.byte('an option');
  if (kind <= 0x02 || kind === 0x06) return;
  if (kind <= 0x07) {
    reader.u32('an index');
    return;
  }
  if (kind <= 0x09) {
    features.add('component-model-gc');
    if (kind === 0x08) reader.u32('a core type index');
    return;
  }
  throw new NotUnderstood(`a canonical option 0x${kind.toString(16)}`, start);
}
