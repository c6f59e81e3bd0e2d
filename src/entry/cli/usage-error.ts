import type { Command, CommanderError } from 'commander';
import { AssayError } from '#model/errors';

/** The command that the first words name, such as `assay registry init`. */
export function commandIn(program: Command, argv: readonly string[]): string {
  const words = [program.name()];
  let command = program;
  for (const word of argv) {
    const child = command.commands.find((candidate) => candidate.name() === word);
    if (child === undefined) break;
    words.push(word);
    command = child;
  }
  return words.join(' ');
}

/** What the parser has against the words of a call, as USAGE with what to do next. */
export function usageError(cause: CommanderError, command: string): AssayError {
  if (cause.code === 'commander.help') return new AssayError('USAGE', `${command} needs a command`, { cause });
  const [message = '', ...more] = cause.message.replace(/^error: /, '').split('\n');
  const near = /^\(Did you mean (.+)\?\)$/.exec(more.join(' '))?.[1];
  return new AssayError('USAGE', message.replace(/\.$/, ''), {
    cause,
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}\`${command} --help\` shows what there is.`,
  });
}
