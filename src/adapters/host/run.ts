import { Worker } from 'node:worker_threads';
import { AssayError } from '#model/errors';
import type { RunRequest, RunResult, WorkerAnswer } from './protocol.ts';

export type { ResultKind, RunArgument, RunRequest, RunResult } from './protocol.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const WORKER_HEAP_MB = 256;

/**
 * Loads a plugin in a thread of its own, calls one export (or runs a command) and gives back what it returned and
 * printed. Texts are passed by the conventions of docs/running.md.
 * Throws EXPORT_UNKNOWN, CAPABILITY_DENIED, HOST_UNSUPPORTED, LOAD_FAILED, PLUGIN_TRAPPED or RUN_LIMIT.
 */
export async function runExport(request: RunRequest): Promise<RunResult> {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const worker = new Worker(new URL('./host-worker.ts', import.meta.url), {
    workerData: { ...request, bytes: Uint8Array.from(request.bytes) },
    env: {},
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(
          new AssayError('RUN_LIMIT', `the plugin ran longer than ${timeoutMs / 1000} s and was ended`, {
            hint: 'Allow more with --timeout.',
          }),
        );
      }, timeoutMs);
      worker.once('message', resolve);
      worker.once('error', (cause) => {
        reject(new AssayError('LOAD_FAILED', `the plugin brought its thread down: ${messageOf(cause)}`, { cause }));
      });
      worker.once('exit', () => reject(new AssayError('LOAD_FAILED', 'the plugin ended its thread without an answer')));
    });
    if (answer.ok) return answer.value;
    throw new AssayError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
