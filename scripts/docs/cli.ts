import type { Command } from 'commander';
import { buildProgram } from '#entry/cli/program';
import { type GeneratedDocs, generatedNote, table } from './generated-file.ts';

const SILENT_HOST = {
  width: 100,
  stdout: (): void => undefined,
  stderr: (): void => undefined,
  perform: async (): Promise<void> => await Promise.resolve(),
};

/** docs/cli.md: every command of the parser, with its arguments and options. */
export function cliDocs(): GeneratedDocs {
  const program = buildProgram(SILENT_HOST);
  const commands = leaves(program);
  const groups = Map.groupBy(program.commands, (command) => command.helpGroup());
  const overview = [...groups].map(
    ([group, members]) =>
      `**${group.replace(/:$/, '')}**\n\n` +
      table(
        ['command', 'what it does'],
        members
          .flatMap(leaves)
          .map((command) => [`[\`${pathOf(command)}\`](#${anchor(command)})`, command.description()]),
      ),
  );
  const text =
    `${generatedNote('src/entry/cli/program.ts')}# The command line\n\n${program.description()}\n\n` +
    'Every command takes `--help` and `--json`. [Exit codes](errors.md) are the same for all.\n\n' +
    `${overview.join('\n\n')}\n\n${commands.map(section).join('\n\n')}\n`;
  return { files: [{ path: 'docs/cli.md', text }], blocks: [] };
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function anchor(command: Command): string {
  return pathOf(command).replaceAll(' ', '-');
}

function section(command: Command): string {
  const options = command.options.map((option) => [
    `\`${option.flags}\``,
    option.description + (option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`),
    option.mandatory ? 'required' : defaultOf(option.defaultValue),
  ]);
  return (
    `## ${pathOf(command)}\n\n${sentence(command.description())}\n\n` +
    `\`\`\`\n${pathOf(command)} ${command.usage()}\n\`\`\`\n\n${table(['option', 'meaning', 'default'], options)}`
  );
}

function defaultOf(value: unknown): string {
  if (Array.isArray(value)) return `\`${value.join(' ')}\``;
  return typeof value === 'string' || typeof value === 'number' ? `\`${value}\`` : '';
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
