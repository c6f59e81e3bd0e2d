import { verify } from '../verify.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(verify, async () => import('../steps/verify.ts'), thisProcess);
