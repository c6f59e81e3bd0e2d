import { install } from '../install.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(install, async () => import('../steps/install.ts'), thisProcess);
