import { type Command, Option } from 'commander';
import type { CommandModule } from '../command.ts';

export type Loader = () => Promise<CommandModule>;

/** Adds a command to the program. */
export type Define = (synopsis: string, group: string, description: string, load?: Loader) => Command;

/** Adds a command to another one. */
export type DefineBelow = (
  parent: Command,
  synopsis: string,
  group: string,
  description: string,
  load?: Loader,
) => Command;

/** Headings under which help lists the commands. */
export const GROUPS = {
  author: 'Writing a plugin:',
  stage: 'The line, stage by stage:',
  registry: 'Registry and signing:',
  runtime: 'Running plugins:',
} as const;

export const PROBE = 'load each module with stubs for its imports, in a process of its own, and tell what it calls';
export const PROBE_CALL = 'call these exports, with zeros for arguments; default: all that take none';

export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'how to render the result').choices(formats);
}
