import { CommanderError } from 'commander';
import { type AssayError, EXIT, type ExitCode, toAssayError } from '#model/errors';
import type { CliContext } from './context.ts';
import { renderError } from './render-error.ts';
import { buildProgram, type ProgramHost } from './program.ts';
import { commandIn, usageError } from './usage-error.ts';

/** Parses arguments, runs one command, prints its outcome and returns the exit code. The only place that catches. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  const wantsJson = argv.includes('--json');
  let exit: ExitCode = EXIT.ok;
  const host: ProgramHost = {
    width: Math.min(context.width, 100),
    stdout: (text) => context.stdout(text),
    stderr: (text) => context.stderr(text),
    async perform(load, input) {
      const command = await load();
      const outcome = await command.run(input, context);
      const text = input.options['json'] === true ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text;
      if (text !== '') context.stdout(text.endsWith('\n') ? text : `${text}\n`);
      exit = outcome.exit;
    },
  };
  const program = buildProgram(host, argv[0]);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version come this way too, with exit code 0.
      if (thrown.exitCode === 0) return EXIT.ok;
      // Without a command its help was printed, which says more than an error.
      if (thrown.code === 'commander.help' && !wantsJson) return EXIT.usage;
    }
    const error =
      thrown instanceof CommanderError ? usageError(thrown, commandIn(program, argv)) : toAssayError(thrown);
    if (wantsJson) context.stdout(errorJson(describe(error)));
    else context.stderr(renderError(error, context.colours, context.errorWidth));
    if (error.code === 'INTERNAL' && thrown instanceof Error && context.env['ASSAY_DEBUG'] === '1') {
      context.stderr(`${thrown.stack ?? ''}\n`);
    }
    return error.exit;
  }
}

function errorJson(error: Record<string, unknown>): string {
  return `${JSON.stringify({ error }, null, 2)}\n`;
}

function describe(error: AssayError): Record<string, unknown> {
  return {
    code: error.code,
    message: error.message,
    fault: error.fault,
    exit: error.exit,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.offset === undefined ? {} : { offset: error.offset }),
    ...(error.problems.length === 0 ? {} : { problems: error.problems }),
  };
}
