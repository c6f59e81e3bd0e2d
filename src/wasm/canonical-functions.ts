import type { ByteReader } from './byte-reader.ts';
import { NotUnderstood, type TypeScope } from './component-types.ts';
import { readEach } from './component-vectors.ts';
import { malformed } from './failures.ts';

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
    readEach(reader, 'options', () => skipOption(reader));
    return kind === 0x00 ? reader.u32('a type index') : undefined;
  }
  if (kind >= 0x02 && kind <= 0x04) {
    reader.u32('a type index');
    return undefined;
  }
  scope.features.add('component-model-async');
  skipAsyncBuiltin(reader, kind, start, scope);
  return undefined;
}

function skipAsyncBuiltin(reader: ByteReader, kind: number, start: number, scope: TypeScope): void {
  if (kind === 0x05 || kind === 0x0d || kind === 0x1e || kind === 0x1f || (kind >= 0x22 && kind <= 0x26)) return;
  if (
    kind === 0x07 ||
    kind === 0x0e ||
    kind === 0x13 ||
    kind === 0x14 ||
    kind === 0x15 ||
    kind === 0x1a ||
    kind === 0x1b
  ) {
    reader.u32('a type index');
    return;
  }
  if (kind === 0x0a || kind === 0x0b) {
    reader.byte('a type');
    reader.u32('a slot');
    return;
  }
  if (kind === 0x06 || kind === 0x0c) {
    reader.byte('a flag');
    return;
  }
  if (kind === 0x0f || kind === 0x10 || kind === 0x16 || kind === 0x17) {
    reader.u32('a type index');
    readEach(reader, 'options', () => skipOption(reader));
    return;
  }
  if (kind === 0x11 || kind === 0x12 || kind === 0x18 || kind === 0x19) {
    reader.u32('a type index');
    reader.byte('a flag');
    return;
  }
  if (kind === 0x09) {
    if (reader.byte('the form of a result') === 0) scope.readTypeUse(reader);
    else reader.byte('a zero byte');
    readEach(reader, 'options', () => skipOption(reader));
    return;
  }
  if (kind === 0x1c || kind === 0x1d) {
    readEach(reader, 'options', () => skipOption(reader));
    return;
  }
  if (kind === 0x20 || kind === 0x21) {
    reader.byte('a flag');
    reader.u32('a memory');
    return;
  }
  throw new NotUnderstood(`a canonical function 0x${kind.toString(16)}`, start);
}

function skipOption(reader: ByteReader): void {
  const start = reader.position;
  const kind = reader.byte('an option');
  if (kind <= 0x02 || kind === 0x06) return;
  if (kind <= 0x08) {
    reader.u32('an index');
    return;
  }
  throw new NotUnderstood(`a canonical option 0x${kind.toString(16)}`, start);
}
