import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { toAssayError } from '#model/errors';
import { simulate } from '#stages/decide/simulate';
import { storedCases } from '../stored-reports.ts';
import type { Answer, Question, Replayed } from './thread.ts';

const { cwd, before, after, date } = workerData as Replayed;

async function answer(versions: Question): Promise<Answer> {
  try {
    return { simulation: simulate(before, after, await storedCases(cwd, versions, date)) };
  } catch (thrown) {
    const { code, message, hint, offset, problems } = toAssayError(thrown);
    return {
      error: {
        code,
        message,
        problems,
        ...(hint === undefined ? {} : { hint }),
        ...(offset === undefined ? {} : { offset }),
      },
    };
  }
}

if (parentPort !== null) {
  for await (const [versions] of on(parentPort, 'message')) parentPort.postMessage(await answer(versions as Question));
}
