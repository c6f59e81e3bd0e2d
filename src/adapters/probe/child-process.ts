import { startPluginProcess } from '#adapters/host/plugin-process';
import { AssayError } from '#model/errors';
import type { FuncType, ModuleFacts } from '#model/module-facts';
import type { Probe } from '#model/probe';
import type { Prober, ProbeRequest } from '#ports/prober';
import type { ProbeEvent, ProbeOrder } from './protocol.ts';

/** What one memory of the module may hold, in pages of 64 KiB. */
const MEMORY_PAGES = 4096;
/** Called without being asked for: what hosts call before anything else. */
const ENTRIES = ['_initialize', '_start'];
const MAX_CALLED = 100;
const MAX_LISTED = 10_000;
const MAX_NAME = 1000;

/**
 * Probes in a process of its own, with a limit on time, heap and memory: a hang or a memory bomb ends that process and
 * is the result.
 */
export const childProcessProber: Prober = {
  async probe(request) {
    const { bytes, facts, timeoutMs } = request;
    if (facts.kind === 'component') {
      return { outcome: 'refused', message: 'components are not loaded by this engine', roots: [] };
    }
    const order: ProbeOrder = {
      bytes: Uint8Array.from(bytes),
      imports: facts.imports.map(({ module, name, type }) => ({ module, name, type })),
      exports: toCall(request, facts),
      timeoutMs,
    };
    return runOrder(order);
  },
};

function toCall({ calls }: ProbeRequest, facts: ModuleFacts): { name: string; type: FuncType }[] {
  const functions = new Map(
    facts.exports.flatMap(({ name, type }) => (type.kind === 'func' ? [[name, type.type] as const] : [])),
  );
  const nullary = [...functions].filter(([, type]) => type.params.length === 0).map(([name]) => name);
  const wanted = calls === 'nullary' ? nullary : calls;
  const missing = wanted.find((name) => !functions.has(name));
  if (missing !== undefined) {
    throw new AssayError('EXPORT_UNKNOWN', `there is no exported function ${missing} to probe`, {
      hint: `Exported functions: ${[...functions.keys()].slice(0, 20).join(', ') || 'none'}.`,
    });
  }
  return [...new Set([...ENTRIES, ...wanted])].slice(0, MAX_CALLED).flatMap((name) => {
    const type = functions.get(name);
    return type === undefined ? [] : [{ name, type }];
  });
}

async function runOrder(order: ProbeOrder): Promise<Probe> {
  const { timeoutMs } = order;
  const script = new URL('./probe-process.ts', import.meta.url);
  const child = startPluginProcess(script, [`--wasm-max-mem-pages=${MEMORY_PAGES}`]);
  const seen: { root: string; calls: { import: string }[] }[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Probe>((resolve) => {
      const lost = (outcome: 'timeout' | 'crashed', message: string): void =>
        resolve({ outcome, message, roots: seen.map((root) => ({ ...root, outcome: 'lost' as const })) });
      timer = setTimeout(() => lost('timeout', `it was ended after ${timeoutMs / 1000} s`), timeoutMs);
      child.on('message', (event: ProbeEvent) => {
        if (event.kind === 'root') seen.push({ root: event.root.slice(0, MAX_NAME), calls: [] });
        else if (event.kind === 'call') noteCall(seen.at(-1)?.calls, event.import);
        else resolve(event.probe);
      });
      child.once('error', (cause) => lost('crashed', cause.message));
      child.once('exit', (code, signal) => lost('crashed', `its process ended with ${signal ?? `code ${code}`}`));
      child.send(order, () => {});
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

function noteCall(calls: { import: string }[] | undefined, key: string): void {
  if (calls !== undefined && calls.length < MAX_LISTED) calls.push({ import: key });
}
