import { sign } from '../sign.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(sign, async () => import('../steps/sign.ts'), thisProcess);
