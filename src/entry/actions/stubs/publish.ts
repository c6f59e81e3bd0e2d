import { publish } from '../publish.ts';
import { runAction } from '../run-action.ts';

process.exitCode = await runAction(publish, async () => import('../steps/publish.ts'), process);
