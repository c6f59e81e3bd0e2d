import type { AssayError, Problem } from '#model/errors';
import { wrap } from '#report/wrap';
import type { Colours } from './context.ts';

const MAX_PROBLEMS = 20;

/**
 * The one message a person sees when a command fails: what, where, why, what next. Lines are broken at `width`
 * columns; without it they are left whole, so that logs can be searched.
 */
export function renderError(error: AssayError, colours: Colours, width?: number): string {
  const code = `[${error.code}]`;
  const [first = '', ...rest] = broken(`error ${printable(error.message)} ${code}`, width, '', '  ');
  const lines = [first.replace(/^error/, colours.red('error')), ...rest];
  const last = lines.pop() ?? '';
  lines.push(last.endsWith(code) ? last.slice(0, -code.length) + colours.dim(code) : last);
  for (const problem of error.problems.slice(0, MAX_PROBLEMS)) {
    lines.push(...problemLines(problem, error, colours, width));
  }
  if (error.problems.length > MAX_PROBLEMS) lines.push(`  … and ${error.problems.length - MAX_PROBLEMS} more`);
  if (error.offset !== undefined) lines.push(`  at byte ${error.offset} (0x${error.offset.toString(16)})`);
  if (error.hint !== undefined) {
    const [begin = '', ...more] = broken(printable(error.hint), width, '  → ', '    ');
    lines.push(begin.replace('→', colours.cyan('→')), ...more);
  }
  return `${lines.join('\n')}\n`;
}

function problemLines(problem: Problem, error: AssayError, colours: Colours, width: number | undefined): string[] {
  const place = printable([problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':'));
  const path = problem.path === undefined || problem.path === '' ? '' : `${problem.path} `;
  // Where there is but one problem the message says it already, most often with the place.
  const isSaid = error.problems.length === 1 && error.message.includes(problem.message);
  const message = isSaid ? '' : printable(path + problem.message);
  const isNext = problem.hint === undefined || problem.hint === error.hint;
  const hint = isNext ? '' : `(${printable(problem.hint)})`;
  const text = [place, message, hint].filter((part) => part !== '').join(' ');
  if (text === '' || (text === place && error.message.includes(place))) return [];
  const [first = '', ...rest] = broken(text, width, '  ', '    ');
  const lines = [first.startsWith(`  ${place}`) ? `  ${colours.bold(place)}${first.slice(place.length + 2)}` : first];
  return [...lines, ...rest];
}

/** Text in lines of at most `width` columns, the first after one indent and those below after another. */
function broken(text: string, width: number | undefined, first: string, rest: string): string[] {
  if (width === undefined) return [first + text];
  return wrap(text, width - rest.length).map((line, index) => (index === 0 ? first : rest) + line);
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
