import type { ByteReader } from './byte-reader.ts';
import type { Definition } from './component-definitions.ts';
import type { TypeScope } from './component-types.ts';
import { readEach } from './component-vectors.ts';
import { malformed, NotUnderstood } from './failures.ts';
import type { Feature, FeatureSet } from './features.ts';
import { readValueType } from './value-types.ts';

export type CanonicalFunction = Extract<
  Definition,
  { kind: 'lift' | 'lower' | 'resource-drop' | 'thread-start' | 'builtin' }
>;

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
  if (kind === RESOURCE_DROP || kind === RESOURCE_DROP_ASYNC) {
    if (kind === RESOURCE_DROP_ASYNC) scope.features.add('component-model-async');
    return { definition: { kind: 'resource-drop', type: reader.u32('a type index') }, type: undefined };
  }
  const builtin = BUILTINS.get(kind);
  for (const feature of builtin?.features ?? []) scope.features.add(feature);
  if (builtin?.parts === undefined) throw new NotUnderstood(`a canonical function 0x${kind.toString(16)}`, start);
  const calls = builtin.parts.flatMap((part) => readPart(reader, part, scope));
  if (kind === THREAD_NEW_INDIRECT) return { definition: { kind: 'thread-start' }, type: undefined };
  return { definition: calls.length === 0 ? BUILTIN : { kind: 'builtin', calls }, type: undefined };
}

const RESOURCE_DROP = 0x03;
const RESOURCE_DROP_ASYNC = 0x07;
const THREAD_NEW_INDIRECT = 0x27;
/** Each option may stand once; a file that repeats them is invalid. */
const MAX_CALLS = 8;
const BUILTIN: CanonicalFunction = { kind: 'builtin', calls: [] };

/** What may follow the number of a builtin. */
type Part = 'index' | 'value type' | 'flag' | 'cancellable' | 'result' | 'options';

interface Builtin {
  readonly features: readonly Feature[];
  /** Undefined where specification and tools do not agree yet on what follows. */
  readonly parts: readonly Part[] | undefined;
}

const ASYNC = ['component-model-async'] as const;
const ERROR_CONTEXT = [...ASYNC, 'component-model-error-context'] as const;
const THREADING = ['component-model-threading'] as const;
const SHARED_THREADS = [...THREADING, 'shared-everything-threads'] as const;

/** Builtins that are read alike: their numbers, the proposals that they belong to, and what follows. */
const ALIKE: readonly (readonly [kinds: readonly number[], Builtin['features'], Builtin['parts']])[] = [
  // resource.new, resource.rep
  [[0x02, 0x04], [], ['index']],
  // task.cancel, subtask.drop, waitable-set.new and .drop, waitable.join, backpressure.inc and .dec
  [[0x05, 0x0d, 0x1f, 0x22, 0x23, 0x24, 0x25], ASYNC, []],
  // subtask.cancel
  [[0x06], ASYNC, ['flag']],
  // task.return
  [[0x09], ASYNC, ['result', 'options']],
  // context.get, context.set
  [[0x0a, 0x0b], ASYNC, ['value type', 'index']],
  // thread.yield
  [[0x0c], ASYNC, ['cancellable']],
  // stream and future: new, drop-readable, drop-writable, forward
  [[0x0e, 0x13, 0x14, 0x15, 0x1a, 0x1b, 0x2e, 0x2f], ASYNC, ['index']],
  // stream and future: read, write
  [[0x0f, 0x10, 0x16, 0x17], ASYNC, ['index', 'options']],
  // stream and future: cancel-read, cancel-write
  [[0x11, 0x12, 0x18, 0x19], ASYNC, ['index', 'flag']],
  // error-context.new, error-context.debug-message, error-context.drop
  [[0x1c, 0x1d], ERROR_CONTEXT, ['options']],
  [[0x1e], ERROR_CONTEXT, []],
  // waitable-set.wait, waitable-set.poll
  [[0x20, 0x21], ASYNC, ['cancellable', 'index']],
  // Threads that take turns: what they are, how they start, and how one gives way to another
  [[0x26, 0x28], THREADING, []],
  [[THREAD_NEW_INDIRECT], THREADING, ['index', 'index']],
  [[0x29, 0x2a, 0x2b, 0x2c, 0x2d], THREADING, ['cancellable']],
  [[0x40, 0x41, 0x42], SHARED_THREADS, undefined],
];

const BUILTINS: ReadonlyMap<number, Builtin> = new Map(
  ALIKE.flatMap(([kinds, features, parts]) => kinds.map((kind) => [kind, { features, parts }] as const)),
);

/** Reads one part, and returns the core functions that it names. */
function readPart(reader: ByteReader, part: Part, scope: TypeScope): readonly number[] {
  const { features } = scope;
  switch (part) {
    case 'options':
      return readOptions(reader, features);
    case 'index':
      reader.u32('an index');
      break;
    case 'value type':
      readValueType(reader, features);
      break;
    case 'flag':
      reader.flag('flag');
      break;
    case 'cancellable':
      // Whether waiting may be cancelled: a flag that came and went while threads were designed.
      if (reader.flag('flag')) features.add('component-model-cancellable');
      break;
    case 'result':
      if (reader.byte('the form of a result') === 0) scope.readTypeUse(reader);
      else reader.byte('a zero byte');
  }
  return [];
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
