import { check } from '../check.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(check, async () => import('../steps/check.ts'), thisProcess);
