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

/** Options that several commands take, as the parser takes them. */
export const ACCEPTANCES = ['--acceptances <file>', 'recorded decisions of reviewers (YAML list)'] as const;
export const ADVISORIES = [
  '--advisories <path...>',
  'OSV records (files, or folders of them) to match libraries against',
] as const;
export const CHECKED = [
  '--out <folder>',
  'where in the plugin’s folder build, report and verdict go',
  '.assay',
] as const;
export const OUTPUT = ['--output <file>', 'write the rendering there instead of printing it'] as const;
export const POLICY = [
  '--policy <preset-or-file>',
  'policy to decide by; default: the manifest’s, else the preset of its abi',
] as const;
export const PROBE = [
  '--probe',
  'load each module with stubs for its imports, in a process of its own, and tell what it calls',
] as const;
export const PROBE_CALL = [
  '--probe-call <exports...>',
  'call these exports, with zeros for arguments; default: all that take none',
] as const;
export const PROBE_TIMEOUT = ['--probe-timeout <seconds>', 'when a probe is ended', '10'] as const;
export const RUNTIME = ['--runtime <folder>', 'runtime folder'] as const;
export const SNAPSHOT_KEY = ['--keys <folder>', 'folder with the key of the role snapshot'] as const;

/** An option that may be given several times, and takes one word each time. */
export function repeatable(flags: string, description: string): Option {
  const several = (value: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    value,
  ];
  return new Option(flags, `${description}; may be given several times`).argParser<readonly string[]>(several);
}

export function formatOption(formats: readonly string[]): Option {
  return new Option(
    '--format <format>',
    'how to render the result; default: as the name of --output ends, else text',
  ).choices(formats);
}
