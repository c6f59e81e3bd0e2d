import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { AssayError } from '#model/errors';
import { type FileCommand, heredoc } from './file-command.ts';
import { workflowCommand } from './workflow-command.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A note beside a line of a file; lines and columns count from 1. */
export interface RunnerAnnotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What a step can do with the runner that started it. */
export interface Runner {
  /** The folder that holds the user's checkout; relative inputs start here. */
  readonly workspace: string;
  setOutput(name: string, value: string): void;
  setVariable(name: string, value: string): void;
  saveState(name: string, value: string): void;
  addSummary(markdown: string): void;
  annotate(annotation: RunnerAnnotation): void;
  /** Prints text that others wrote (compiler output, names) so that the runner obeys nothing in it. */
  log(text: string): void;
}

/**
 * The runner that the environment describes. Throws USAGE when the variables that every runner sets are missing,
 * because then this is not a step of a workflow.
 */
export function openRunner(env: Environment, write: (text: string) => void): Runner {
  const append = (file: FileCommand, text: string): void => {
    const path = required(env, file);
    try {
      appendFileSync(path, text);
    } catch (cause) {
      throw new AssayError('FILE_UNWRITABLE', `the runner's file ${file} cannot be written`, { cause });
    }
  };
  return {
    workspace: required(env, 'GITHUB_WORKSPACE'),
    setOutput: (name, value) => append('GITHUB_OUTPUT', heredoc(name, value)),
    setVariable: (name, value) => append('GITHUB_ENV', heredoc(name, value)),
    saveState: (name, value) => append('GITHUB_STATE', heredoc(name, value)),
    addSummary: (markdown) => append('GITHUB_STEP_SUMMARY', markdown.endsWith('\n') ? markdown : `${markdown}\n`),
    annotate({ level, title, message, file, line, column }) {
      write(workflowCommand(level, { title, file, line, col: column }, message));
    },
    log(text) {
      if (text === '') return;
      const body = text.endsWith('\n') ? text : `${text}\n`;
      // The runner looks for `::` at the start of a trimmed line, and for the older `##[` anywhere in it.
      if (!body.includes('::') && !body.includes('##[')) return write(body);
      const token = randomUUID();
      write(`::stop-commands::${token}\n${body}::${token}::\n`);
    },
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new AssayError('USAGE', `${name} is not set, so this is not a step of a workflow`, {
    hint: 'Outside GitHub Actions, use the command line: assay check.',
  });
}
