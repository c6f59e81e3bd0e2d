import type { AssayError, Problem } from '#model/errors';
import type { Colours } from './context.ts';

const MAX_PROBLEMS = 20;

/** The one message a person sees when a command fails: what, where, why, what next. */
export function renderError(error: AssayError, colours: Colours): string {
  const lines = [`${colours.red('error')} ${printable(error.message)} ${colours.dim(`[${error.code}]`)}`];
  if (error.problems.length > 0) {
    for (const problem of error.problems.slice(0, MAX_PROBLEMS)) lines.push(`  ${renderProblem(problem, colours)}`);
    if (error.problems.length > MAX_PROBLEMS) lines.push(`  … and ${error.problems.length - MAX_PROBLEMS} more`);
  }
  if (error.offset !== undefined) lines.push(`  at byte ${error.offset} (0x${error.offset.toString(16)})`);
  if (error.hint !== undefined) lines.push(`  ${colours.cyan('→')} ${printable(error.hint)}`);
  return `${lines.join('\n')}\n`;
}

function renderProblem(problem: Problem, colours: Colours): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const path = problem.path === undefined || problem.path === '' ? '' : `${problem.path} `;
  const hint = problem.hint === undefined ? '' : ` ${colours.dim(`(${printable(problem.hint)})`)}`;
  return `${place === '' ? '' : `${colours.bold(printable(place))} `}${printable(path + problem.message)}${hint}`;
}

/**
 * Control characters from a hostile file must not reach the terminal, and no line of it a CI runner as a command
 * (`::error::`, `##[error]`). Newlines stay.
 */
function printable(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�')
    .replaceAll(/^(\s*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '## [');
}
