import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { toAssayError } from '#model/errors';
import type { RunRequest, HostAnswer } from './protocol.ts';
import { RunningPlugin } from './running-plugin.ts';

const GRACE_MS = 2_000;
const END = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), require('node:worker_threads').workerData);`;

const [request]: RunRequest[] = await once(process, 'message');
if (request !== undefined) {
  // Whoever started this process ends it in time, but may be gone; and a plugin that computes lets no timer run here.
  new Worker(END, { eval: true, workerData: (request.timeoutMs ?? 0) + GRACE_MS }).unref();
  const plugin = new RunningPlugin(request);
  let answer: HostAnswer;
  try {
    answer = { ok: true, value: await plugin.run() };
  } catch (thrown) {
    const { code, message, hint } = toAssayError(thrown);
    answer = { ok: false, code, message, hint, ...plugin.printed() };
  }
  process.send?.(answer, () => process.disconnect());
}
