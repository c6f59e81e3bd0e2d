import type { ExitCode } from '#model/errors';
import type { CliContext } from './context.ts';

/**
 * What a command gives back. Nothing is printed before it is whole: `json` is the machine's form, `text` the
 * person's.
 */
export interface CommandOutcome {
  readonly exit: ExitCode;
  readonly json: unknown;
  readonly text: string;
}

/** Options and arguments as the parser delivers them; each command reads its own with `options.ts`. */
export interface CommandInput {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export interface CommandModule {
  run(input: CommandInput, context: CliContext): Promise<CommandOutcome>;
}
