import { AssayError, ERROR_CATALOGUE, type ErrorCode } from '#model/errors';
import { joinSimulations, simulate, type Simulation } from '#stages/decide/simulate';
import { type StoredVersion, storedCases } from '../stored-reports.ts';
import type { Answer, Replayed } from './thread.ts';

/** Versions that a thread is handed at once. */
const BATCH = 50;
/** Below this a thread costs more than it saves. */
const VERSIONS_PER_THREAD = 200;

/**
 * Decides stored versions under two policies on up to `threads` threads; the result is the same for any number of
 * them. Throws what reading the versions throws, and of several faults the first in their order.
 */
export async function replay(
  versions: readonly StoredVersion[],
  replayed: Replayed,
  threads: number,
): Promise<Simulation> {
  const used = Math.min(threads, Math.floor(versions.length / VERSIONS_PER_THREAD));
  if (used < 2) {
    const { cwd, before, after, date } = replayed;
    return simulate(before, after, await storedCases(cwd, versions, date));
  }
  const batches = Array.from({ length: Math.ceil(versions.length / BATCH) }, (_, index) =>
    versions.slice(index * BATCH, (index + 1) * BATCH),
  );
  return joinSimulations(await onThreads(batches, replayed, used));
}

/** The answers in the order of the batches. */
async function onThreads(
  batches: readonly (readonly StoredVersion[])[],
  replayed: Replayed,
  threads: number,
): Promise<Simulation[]> {
  const { Worker } = await import('node:worker_threads');
  const script = new URL('./replay-thread.ts', import.meta.url);
  const simulations: Simulation[] = [];
  const faults = new Map<number, AssayError>();
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(script, { workerData: replayed, execArgv: [] });
    try {
      // Batches before a faulty one have been handed out already, so the first fault is among those that are found.
      for (let index = next++; index < batches.length && faults.size === 0; index = next++) {
        const given = await ask(worker, batches[index] ?? []);
        if ('simulation' in given) simulations[index] = given.simulation;
        else faults.set(index, errorOf(given));
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  const [first] = [...faults].toSorted(([a], [b]) => a - b);
  if (first !== undefined) throw first[1];
  return simulations;
}

type Thread = import('node:worker_threads').Worker;

function ask(worker: Thread, versions: readonly StoredVersion[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number): void => reject(new Error(`a thread ended with ${code}`));
    worker.once('error', reject);
    worker.once('exit', onExit);
    worker.once('message', (given: Answer) => {
      worker.off('error', reject);
      worker.off('exit', onExit);
      resolve(given);
    });
    worker.postMessage(versions);
  });
}

function errorOf({ error }: Extract<Answer, { readonly error: unknown }>): AssayError {
  const { code, message, ...details } = error;
  const isKnown = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CATALOGUE, text);
  return new AssayError(isKnown(code) ? code : 'INTERNAL', message, details);
}
