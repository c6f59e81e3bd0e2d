import { install } from '../install.ts';
import { runAction } from '../run-action.ts';

process.exitCode = await runAction(install, async () => import('../steps/install.ts'), process);
