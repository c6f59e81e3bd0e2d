import { once } from 'node:events';
import { toAssayError } from '#model/errors';
import { endOnItsOwn } from './plugin-process.ts';
import type { RunRequest, HostAnswer } from './protocol.ts';
import { RunningPlugin } from './running-plugin.ts';

const [request]: RunRequest[] = await once(process, 'message');
if (request !== undefined) {
  endOnItsOwn(request.timeoutMs ?? 0);
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
