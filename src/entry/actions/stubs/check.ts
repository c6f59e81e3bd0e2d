import { check } from '../check.ts';
import { runAction } from '../run-action.ts';

process.exitCode = await runAction(check, async () => import('../steps/check.ts'), process);
