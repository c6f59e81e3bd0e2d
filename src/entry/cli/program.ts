import { Command, type CommanderError } from 'commander';
import { TOOLKIT } from '#model/toolkit';
import { wrap } from '#report/wrap';
import type { CommandInput, CommandModule } from './command.ts';
import { defineAuthorCommands } from './definitions/author-commands.ts';
import type { DefineBelow } from './definitions/definition.ts';
import { definePolicyCommands } from './definitions/policy-commands.ts';
import { defineRegistryCommands } from './definitions/registry-commands.ts';
import { defineRuntimeCommands } from './definitions/runtime-commands.ts';
import { defineStageCommands } from './definitions/stage-commands.ts';

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

/**
 * The command line as data for the parser; every command loads its own code when it runs. docs/cli.md is
 * generated from this.
 */
export function buildProgram(host: ProgramHost): Command {
  const program = new Command('assay')
    .description(
      'From plugin source to a verified install: compile, audit, decide, sign, publish and install WebAssembly plugins.',
    )
    .version(TOOLKIT.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .addHelpText('after', `\n${wrap(`Exit codes: ${EXIT_CODES}`, host.width).join('\n')}\n`);

  const define: DefineBelow = (parent, synopsis, group, description, load) => {
    const command = parent.command(synopsis).description(description).helpGroup(group);
    // A group of commands takes no options: it would swallow those of its members.
    if (load !== undefined) {
      command.option('--json', 'print one JSON document instead of text');
      command.action(async () => {
        const { processedArgs, args } = command;
        const flat = processedArgs.flatMap((argument: unknown) => (Array.isArray(argument) ? argument : [argument]));
        await host.perform(load, {
          args: flat
            .filter((argument): argument is string => typeof argument === 'string')
            .concat(args.slice(flat.length)),
          options: command.opts(),
        });
      });
    }
    return command;
  };
  const author = define.bind(undefined, program);

  defineAuthorCommands((...rest) => author(...rest));
  defineStageCommands((...rest) => author(...rest));
  definePolicyCommands(program, define);
  defineRegistryCommands(program, define);
  defineRuntimeCommands((...rest) => author(...rest));

  applyToAll(program, (command) => {
    command.configureOutput({ writeOut: (text) => host.stdout(text), writeErr: (text) => host.stderr(text) });
    command.exitOverride((error: CommanderError) => {
      throw error;
    });
    command.configureHelp({ sortOptions: false, helpWidth: host.width });
  });
  return program;
}

function applyToAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) applyToAll(child, change);
}
