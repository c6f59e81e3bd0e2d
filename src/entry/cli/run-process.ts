import type { ExitCode } from '#model/errors';
import { outputOf } from '../output.ts';
import { type CliContext, processContext } from './context.ts';
import { runCli } from './run.ts';

/** Runs the command line of a real process. */
export function runProcess(process: NodeJS.Process): Promise<ExitCode> {
  return runCli(process.argv.slice(2), contextOf(process));
}

/** The context of a real process. */
export function contextOf(process: NodeJS.Process): CliContext {
  return processContext({
    env: process.env,
    cwd: process.cwd(),
    stdout: outputOf(1, () => process.stdout),
    stderr: outputOf(2, () => process.stderr),
  });
}
