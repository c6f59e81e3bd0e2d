import type { ByteReader } from './byte-reader.ts';
import type { Definition } from './component-definitions.ts';
import type { TypeScope } from './component-types.ts';
import { readEach } from './component-vectors.ts';
import { malformed, NotUnderstood } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { readValueType } from './value-types.ts';

export type CanonicalFunction = Extract<Definition, { kind: 'lift' | 'lower' | 'resource-drop' | 'builtin' }>;

/**
 * One canonical function (component model, Binary.md), with the type index of a lifted one. A lifted function joins the
 * component's functions, every other one its core functions.
 */
export function readCanonicalFunction(
  reader: ByteReader,
  scope: TypeScope,
): { readonly definition: CanonicalFunction; readonly type: number | undefined } {
  const start = reader.position;
  const kind = reader.byte('a canonical function');
  if (kind === 0x00 || kind === 0x01) {
    if (reader.byte('a zero byte') !== 0) throw malformed(start, 'Malformed canonical function', 'a zero byte');
    const target = reader.u32('a function');
    const calls = readOptions(reader, scope.features);
    if (kind === 0x01) return { definition: { kind: 'lower', function: target, calls }, type: undefined };
    return { definition: { kind: 'lift', function: target, calls }, type: reader.u32('a type index') };
  }
  if (kind >= 0x02 && kind <= 0x04) {
    const type = reader.u32('a type index');
    const definition = kind === 0x03 ? ({ kind: 'resource-drop', type } as const) : BUILTIN;
    return { definition, type: undefined };
  }
  if (isThreading(kind)) {
    scope.features.add('component-model-threading');
    skipThreadBuiltin(reader, kind, start, scope.features);
    return { definition: BUILTIN, type: undefined };
  }
  scope.features.add('component-model-async');
  if (kind === 0x07) {
    return { definition: { kind: 'resource-drop', type: reader.u32('a type index') }, type: undefined };
  }
  const calls = readAsyncBuiltin(reader, kind, start, scope);
  return { definition: calls.length === 0 ? BUILTIN : { kind: 'builtin', calls }, type: undefined };
}

/** Each option may stand once; a file that repeats them is invalid. */
const MAX_CALLS = 8;
const NO_CALLS: readonly number[] = [];
const BUILTIN: CanonicalFunction = { kind: 'builtin', calls: NO_CALLS };

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

/** Returns the core functions that the options of a builtin name. */
function readAsyncBuiltin(reader: ByteReader, kind: number, start: number, scope: TypeScope): readonly number[] {
  const { features } = scope;
  if (kind === 0x05 || kind === 0x0d || kind === 0x1f || (kind >= 0x22 && kind <= 0x25)) return NO_CALLS;
  if (
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
    return NO_CALLS;
  }
  if (kind === 0x0a || kind === 0x0b) {
    readValueType(reader, features);
    reader.u32('a slot');
    return NO_CALLS;
  }
  if (kind === 0x06) {
    readFlag(reader, 'a flag');
    return NO_CALLS;
  }
  if (kind === 0x0c) {
    readCancellable(reader, features);
    return NO_CALLS;
  }
  if (kind === 0x0f || kind === 0x10 || kind === 0x16 || kind === 0x17) {
    reader.u32('a type index');
    return readOptions(reader, features);
  }
  if (kind === 0x11 || kind === 0x12 || kind === 0x18 || kind === 0x19) {
    reader.u32('a type index');
    readFlag(reader, 'a flag');
    return NO_CALLS;
  }
  if (kind === 0x09) {
    if (reader.byte('the form of a result') === 0) scope.readTypeUse(reader);
    else reader.byte('a zero byte');
    return readOptions(reader, features);
  }
  if (kind >= 0x1c && kind <= 0x1e) features.add('component-model-error-context');
  if (kind === 0x1c || kind === 0x1d) return readOptions(reader, features);
  if (kind === 0x1e) return NO_CALLS;
  if (kind === 0x20 || kind === 0x21) {
    readCancellable(reader, features);
    reader.u32('a memory');
    return NO_CALLS;
  }
  throw new NotUnderstood(`a canonical function 0x${kind.toString(16)}`, start);
}

/** The options of a canonical function: the core functions that they name, which are called around it. */
function readOptions(reader: ByteReader, features: FeatureSet): readonly number[] {
  const calls: number[] = [];
  readEach(reader, 'options', () => {
    const start = reader.position;
    const kind = reader.byte('an option');
    if (kind <= 0x02 || kind === 0x06) return;
    if (kind > 0x09) throw new NotUnderstood(`a canonical option 0x${kind.toString(16)}`, start);
    if (kind >= 0x08) features.add('component-model-gc');
    if (kind === 0x09) return;
    const index = reader.u32('an index');
    // Memory allocation, what follows a return, and the callback of an asynchronous function.
    if ((kind === 0x04 || kind === 0x05 || kind === 0x07) && calls.length < MAX_CALLS) calls.push(index);
  });
  return calls;
}
