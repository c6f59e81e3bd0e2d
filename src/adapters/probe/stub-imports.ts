import type { ExternType, FuncType } from '#model/module-facts';
import type { ProbeOrder } from './protocol.ts';
import { answerWasi } from './wasi-answers.ts';

/** Thrown out of a stub: the module asked to end. */
export class ModuleExit extends Error {}
/** Thrown out of a stub: the module calls its host more than a probe goes on with. */
export class TooManyCalls extends Error {}

const MAX_CALLS = 1_000_000;
const MAX_TABLE = 1_000_000;
const MAX_KEY = 2000;
const ENDS = /^(?:proc_exit|abort|_abort_js|exit|_exit|__assert_fail|proxy_done)$/;
const WASI = /^wasi_(?:snapshot_preview1|unstable)$/;

/** Told of each call before it is answered. */
export type OnCall = (key: string) => void;

/**
 * Imports that answer with zeros and remember who called. `memory` gives the instance's memory once there is one.
 * Throws RangeError for sizes that a probe does not give.
 */
export function stubImports(
  imports: ProbeOrder['imports'],
  memory: () => WebAssembly.Memory | undefined,
  onCall: OnCall,
): WebAssembly.Imports {
  const stubs: WebAssembly.Imports = Object.create(null);
  let total = 0;
  for (const { module, name, type } of imports) {
    const group = (stubs[module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>);
    if (type.kind !== 'func') {
      group[name] = stubState(type);
      continue;
    }
    const key = `${module}.${name}`.slice(0, MAX_KEY);
    const answer = zerosFor(type.type);
    group[name] = (...args: readonly unknown[]) => {
      onCall(key);
      total += 1;
      if (total > MAX_CALLS) throw new TooManyCalls(`more than ${MAX_CALLS} calls to its host`);
      if (ENDS.test(name)) throw new ModuleExit(`it called ${key}`);
      const held = memory();
      return WASI.test(module) && held !== undefined ? answerWasi(name, args.map(Number), held) : answer;
    };
  }
  return stubs;
}

function stubState(type: Exclude<ExternType, { kind: 'func' }>): WebAssembly.ImportValue {
  switch (type.kind) {
    case 'memory': {
      const { min, max, shared } = type.limits;
      return new WebAssembly.Memory({
        initial: Number(min),
        ...(max === undefined ? {} : { maximum: Number(max) }),
        ...(shared === true ? { shared } : {}),
      });
    }
    case 'table': {
      const initial = Number(type.limits.min);
      if (initial > MAX_TABLE) throw new RangeError(`it imports a table of ${initial} elements`);
      const { max } = type.limits;
      return new WebAssembly.Table({
        element: type.element === 'externref' ? 'externref' : 'anyfunc',
        initial,
        ...(max === undefined ? {} : { maximum: Number(max) }),
      });
    }
    case 'global':
      return new WebAssembly.Global({ value: type.value, mutable: type.mutable }, zeroOf(type.value));
    default:
      throw new RangeError(`it imports a ${type.kind}, for which there is no stub`);
  }
}

/** Zero, or null for a reference, as a value of this type. */
export function zeroOf(type: string): number | bigint | null {
  if (type === 'i64') return 0n;
  return type === 'i32' || type === 'f32' || type === 'f64' ? 0 : null;
}

function zerosFor({ results }: FuncType): unknown {
  if (results.length === 0) return undefined;
  return results.length === 1 ? zeroOf(results[0] ?? 'i32') : results.map(zeroOf);
}
