import { type Command, Option } from 'commander';
import type { CommandModule } from '../command.ts';

export type Loader = () => Promise<CommandModule>;

/** A command as data. What it takes is spelt out only where it is called or listed. */
export interface Definition {
  /** Its name and its arguments. */
  readonly synopsis: string;
  /** The heading that help lists it under. */
  readonly group: string;
  readonly description: string;
  /** What runs it; a group of commands has none. */
  readonly load?: Loader;
  readonly options?: (command: Command) => Command;
  /** The members of a group. */
  readonly commands?: readonly Definition[];
}

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
