import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const HEAP_MB = 256;
const GRACE_MS = 2_000;
const END = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), require('node:worker_threads').workerData);`;

/**
 * A process in which a plugin may run: no environment, a bounded heap, and whatever descriptors the plugin reached,
 * none of them is one of this process. `script` takes one message and answers by messages. The caller ends it.
 */
export function startPluginProcess(script: URL, engineFlags: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(script), [], {
    env: {},
    execArgv: ['--no-warnings', `--max-old-space-size=${HEAP_MB}`, ...engineFlags],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/**
 * For the process itself: ends it some time after its limit. Whoever started it does that in time, but may be gone;
 * and a plugin that computes lets no timer run beside it.
 */
export function endOnItsOwn(timeoutMs: number): void {
  new Worker(END, { eval: true, workerData: timeoutMs + GRACE_MS }).unref();
}
