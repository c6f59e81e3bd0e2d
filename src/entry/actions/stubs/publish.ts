import { publish } from '../publish.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(publish, async () => import('../steps/publish.ts'), thisProcess);
