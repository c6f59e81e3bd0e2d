import { once } from 'node:events';
import { endOnItsOwn } from '#adapters/host/plugin-process';
import type { Probe } from '#model/probe';
import { LOADING, type ProbeEvent, type ProbeOrder } from './protocol.ts';
import { ModuleExit, stubImports, TooManyCalls, zeroOf } from './stub-imports.ts';

type Root = Probe['roots'][number];

const MAX_TEXT = 1000;
const MAX_LISTED = 10_000;
const PAGE = 65_536;

/** Loads the module, calls the exports one after the other, and tells each step as it is taken. */
function probe({ bytes, imports, exports }: ProbeOrder, tell: (event: ProbeEvent) => void): Probe {
  const roots: Root[] = [];
  let counts = new Map<string, number>();
  let instance: WebAssembly.Instance | undefined;
  const memories = new Set<WebAssembly.Memory>();

  const attempt = (root: string, run: () => void): void => {
    counts = new Map();
    tell({ kind: 'root', root });
    let outcome: Root['outcome'] = 'returned';
    let message: string | undefined;
    try {
      run();
    } catch (error) {
      outcome = error instanceof ModuleExit ? 'exited' : error instanceof TooManyCalls ? 'stopped' : 'trapped';
      message = (error instanceof Error ? error.message : String(error)).slice(0, MAX_TEXT);
    }
    const calls = [...counts].slice(0, MAX_LISTED).map(([key, times]) => ({ import: key, times }));
    roots.push({ root: root.slice(0, MAX_TEXT), outcome, ...(message === undefined ? {} : { message }), calls });
  };

  let module: WebAssembly.Module;
  let stubs: WebAssembly.Imports;
  try {
    module = new WebAssembly.Module(bytes);
    stubs = stubImports(
      imports,
      () => memoryOf(instance) ?? [...memories][0],
      (key) => {
        const times = counts.get(key);
        if (times === undefined) tell({ kind: 'call', import: key });
        counts.set(key, (times ?? 0) + 1);
      },
    );
  } catch (error) {
    return refused(error, roots);
  }
  for (const value of Object.values(stubs).flatMap((group) => Object.values(group))) {
    if (value instanceof WebAssembly.Memory) memories.add(value);
  }
  let unlinkable: unknown;
  attempt(LOADING, () => {
    try {
      instance = new WebAssembly.Instance(module, stubs);
    } catch (error) {
      if (
        !(error instanceof ModuleExit || error instanceof TooManyCalls || error instanceof WebAssembly.RuntimeError)
      ) {
        unlinkable = error;
      }
      throw error;
    }
  });
  if (unlinkable !== undefined) return refused(unlinkable, []);
  if (instance !== undefined) {
    for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
    for (const { name, type } of exports) {
      const target = instance.exports[name];
      if (typeof target === 'function')
        attempt(name, () => void Reflect.apply(target, undefined, type.params.map(zeroOf)));
    }
  }
  const pages = [...memories].map((memory) => memory.buffer.byteLength / PAGE);
  return { outcome: 'completed', roots, ...(pages.length === 0 ? {} : { memoryPages: Math.max(...pages) }) };
}

function memoryOf(instance: WebAssembly.Instance | undefined): WebAssembly.Memory | undefined {
  const held = instance?.exports['memory'];
  return held instanceof WebAssembly.Memory ? held : undefined;
}

function refused(error: unknown, roots: Root[]): Probe {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MAX_TEXT);
  return { outcome: 'refused', message, roots };
}

const [order]: ProbeOrder[] = await once(process, 'message');
if (order !== undefined) {
  endOnItsOwn(order.timeoutMs);
  const tell = (event: ProbeEvent): void => void process.send?.(event);
  const result = probe(order, tell);
  process.send?.({ kind: 'end', probe: result } satisfies ProbeEvent, () => process.disconnect());
}
