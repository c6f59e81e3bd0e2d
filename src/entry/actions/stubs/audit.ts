import { audit } from '../audit.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(audit, async () => import('../steps/audit.ts'), thisProcess);
