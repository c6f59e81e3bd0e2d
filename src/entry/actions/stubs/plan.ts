import { plan } from '../plan.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(plan, async () => import('../steps/plan.ts'), thisProcess);
