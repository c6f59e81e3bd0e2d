import { runAction, thisProcess } from '../run-action.ts';
import { setupToolchain } from '../setup-toolchain.ts';

process.exitCode = await runAction(setupToolchain, async () => import('../steps/setup-toolchain.ts'), thisProcess);
