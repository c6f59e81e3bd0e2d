import { Command, type CommanderError, type Option } from 'commander';
import { TOOLKIT } from '#model/toolkit';
import { wrap } from '#report/wrap';
import type { CommandInput, CommandModule } from './command.ts';
import { AUTHOR_COMMANDS } from './definitions/author-commands.ts';
import type { Definition } from './definitions/definition.ts';
import { POLICY_COMMANDS } from './definitions/policy-commands.ts';
import { REGISTRY_COMMANDS } from './definitions/registry-commands.ts';
import { RUNTIME_COMMANDS } from './definitions/runtime-commands.ts';
import { STAGE_COMMANDS } from './definitions/stage-commands.ts';

export interface ProgramHost {
  /** Columns that help is broken at. */
  readonly width: number;
  stdout(text: string): void;
  stderr(text: string): void;
  perform(load: () => Promise<CommandModule>, input: CommandInput): Promise<void>;
}

const EXIT_CODES =
  '0 done or approved · 1 internal fault · 2 wrong use, bad input or no compile · 3 flagged · 4 rejected · ' +
  '5 verification failed · 6 network or upstream';

const COMMANDS: readonly Definition[] = [
  ...AUTHOR_COMMANDS,
  ...STAGE_COMMANDS,
  ...POLICY_COMMANDS,
  ...REGISTRY_COMMANDS,
  ...RUNTIME_COMMANDS,
];

/**
 * The parser of the command line; every command loads its own code when it runs. docs/cli.md is generated from this.
 * Where `called` is the name of a command, only that one is added: making all of them takes 4 ms, and nothing but help
 * and suggestions asks about the others.
 */
export function buildProgram(host: ProgramHost, called?: string): Command {
  const program = new Command('assay')
    .description(
      'From plugin source to a verified install: compile, audit, decide, sign, publish and install WebAssembly plugins.',
    )
    .version(TOOLKIT.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .addHelpText('after', () => `\n${wrap(`Exit codes: ${EXIT_CODES}`, host.width).join('\n')}\n`)
    .configureOutput({
      writeOut: (text) => host.stdout(text),
      writeErr: (text) => host.stderr(text),
      // Whoever parses tells them, in the form that all errors have.
      outputError: () => {},
    })
    .exitOverride((error: CommanderError) => {
      throw error;
    })
    .configureHelp({ sortOptions: false, helpWidth: host.width, optionDescription: describeOption });

  const named = COMMANDS.filter(({ synopsis }) => called !== undefined && synopsis.split(' ', 1)[0] === called);
  for (const definition of named.length > 0 ? named : COMMANDS) addCommand(program, definition, host);
  return program;
}

/** The meaning of an option, what it may be, and whether it has to be there: the usage line shows none of it. */
function describeOption({ description, argChoices, mandatory, defaultValue }: Option): string {
  const meaning = argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`;
  if (mandatory) return `${meaning} (required)`;
  const preset: string | readonly string[] | undefined = defaultValue;
  if (preset === undefined) return meaning;
  return `${meaning} (default: ${Array.isArray(preset) ? preset.join(' ') : preset})`;
}

/** Adds a command and its members, which take over how the program writes, ends and shows help. */
function addCommand(parent: Command, definition: Definition, host: ProgramHost): void {
  const { synopsis, group, description, load, options, commands = [] } = definition;
  const command = parent.command(synopsis).description(description).helpGroup(group);
  // A group of commands takes no options: it would swallow those of its members.
  if (load !== undefined) {
    command.option('--json', 'print one JSON document instead of text');
    command.action(async () => host.perform(load, inputOf(command)));
  }
  options?.(command);
  for (const member of commands) addCommand(command, member, host);
}

function inputOf(command: Command): CommandInput {
  const { processedArgs, args } = command;
  const flat = processedArgs.flatMap((argument: unknown) => (Array.isArray(argument) ? argument : [argument]));
  return {
    args: flat.filter((argument): argument is string => typeof argument === 'string').concat(args.slice(flat.length)),
    options: command.opts(),
  };
}
