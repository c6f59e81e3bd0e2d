import { build } from '../build.ts';
import { runAction, thisProcess } from '../run-action.ts';

process.exitCode = await runAction(build, async () => import('../steps/build.ts'), thisProcess);
