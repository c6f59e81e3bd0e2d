import { audit } from '../audit.ts';
import { runAction } from '../run-action.ts';

process.exitCode = await runAction(audit, async () => import('../steps/audit.ts'), process);
