import { openRunner, type Runner } from '#adapters/runner/runner';
import { EXIT, type ExitCode, isAssayError, toAssayError } from '#model/errors';
import type { Clock } from '#ports/clock';
import { errorAnnotations } from '#report/annotations';
import { outputOf } from '../output.ts';
import type { ActionDefinition, ActionStep, InputSpecs } from './definition.ts';
import { readInputs } from './read-inputs.ts';

/** The parts of a process that an action needs. */
export interface ActionProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
}

/** The process that an action was started in. */
export const thisProcess: ActionProcess = { env: process.env, stdout: outputOf(1, () => process.stdout) };

const CLOCK: Clock = { now: () => new Date(), elapsed: () => performance.now() };

/**
 * Runs one action: reads its inputs, loads and runs its step, then hands outputs, summary and annotations to the
 * runner. Returns the exit code. The only place in the actions that catches.
 */
export async function runAction<I extends InputSpecs, O extends string>(
  definition: ActionDefinition<I, O>,
  load: () => Promise<ActionStep<I, O>>,
  process: ActionProcess,
): Promise<ExitCode> {
  const write = (text: string): void => void process.stdout.write(text);
  let runner: Runner | undefined;
  try {
    runner = openRunner(process.env, write);
    const inputs = readInputs(definition.inputs, process.env);
    const step = await load();
    const log = runner.log.bind(runner);
    const outcome = await step.run(inputs, { workspace: runner.workspace, env: process.env, clock: CLOCK, log });
    log(outcome.text);
    for (const annotation of outcome.annotations ?? []) runner.annotate(annotation);
    for (const [name, value] of Object.entries<string>(outcome.outputs)) runner.setOutput(name, value);
    if (outcome.summary !== undefined) runner.addSummary(outcome.summary);
    return outcome.exit;
  } catch (thrown) {
    return fail(thrown, process, runner);
  }
}

function fail(thrown: unknown, process: ActionProcess, runner: Runner | undefined): ExitCode {
  const error = toAssayError(thrown);
  if (runner === undefined) process.stdout.write(`${error.message}\n${error.hint ?? ''}\n`);
  else {
    const { annotations, log } = errorAnnotations(error);
    runner.log(log);
    for (const annotation of annotations) runner.annotate(annotation);
  }
  const debugging = process.env['RUNNER_DEBUG'] === '1' || !isAssayError(thrown);
  if (debugging && thrown instanceof Error && thrown.stack !== undefined) runner?.log(thrown.stack);
  return error.exit === EXIT.ok ? EXIT.bug : error.exit;
}
