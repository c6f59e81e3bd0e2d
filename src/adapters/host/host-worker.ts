import { parentPort, workerData } from 'node:worker_threads';
import { toAssayError } from '#model/errors';
import type { RunRequest, WorkerAnswer } from './protocol.ts';
import { RunningPlugin } from './running-plugin.ts';

const request: RunRequest = workerData;
const plugin = new RunningPlugin(request);
let answer: WorkerAnswer;
try {
  answer = { ok: true, value: await plugin.run() };
} catch (thrown) {
  const { code, message, hint } = toAssayError(thrown);
  answer = { ok: false, code, message, hint, ...plugin.printed() };
}
parentPort?.postMessage(answer);
