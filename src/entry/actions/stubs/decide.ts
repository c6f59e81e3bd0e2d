import { decide } from '../decide.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(decide, async () => import('../steps/decide.ts'), thisProcess);
