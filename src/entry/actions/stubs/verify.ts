import { verify } from '../verify.ts';
import { runAction } from '../run-action.ts';

process.exitCode = await runAction(verify, async () => import('../steps/verify.ts'), process);
