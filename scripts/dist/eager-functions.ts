/** A function as V8's coverage describes it: where it stands in its file, and how often it was called. */
export interface CoveredFunction {
  readonly functionName: string;
  /** The first one is the whole function. */
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

interface Place {
  readonly start: number;
  readonly end: number;
}

const DECLARATION = /^(async )?function(\*?) ?([\w$]+)(?=\()/;
const ANONYMOUS_FUNCTION = /^(?:async )?function\*?\(/;
/** Methods begin with their names, and what initialises the fields of a class with the first of them. */
const ARROW_FUNCTION = /^(?:async ?)?(?:\(|[\w$]+=>)/;

/**
 * Has V8 compile the functions that were called together with the file they stand in. It compiles a function when it is
 * called first, skims its text when the file is read, and Node's cache keeps only what was compiled with the file. A
 * function expression in parentheses is taken for one that is called at once, and compiled: arrow functions and
 * anonymous ones are given parentheses, and declarations become variables at the beginning of the file, where none is
 * missed by what the file does when it is loaded. The text is that of a module without others that import it back.
 */
export function withEagerFunctions(text: string, functions: readonly CoveredFunction[]): string {
  const places = functions
    .flatMap(({ functionName, ranges: [range] }) =>
      range === undefined
        ? []
        : [{ start: range.startOffset, end: range.endOffset, called: range.count > 0, name: functionName }],
    )
    .filter(({ start, end }) => start > 0 || end < text.length);
  const called = places.filter((place) => place.called);
  const wrapped = called.filter(({ start, end, name }) => isExpression(text.slice(start, end), name));
  const declared = called
    .filter(({ start, end }) => DECLARATION.test(text.slice(start, end)) && startsStatement(text, start))
    .filter((place) => !places.some(({ start, end }) => start < place.start && end >= place.end))
    .toSorted((a, b) => a.start - b.start);

  let rest = '';
  let at = 0;
  const variables: string[] = [];
  for (const { start, end } of declared) {
    rest += `${inParentheses(text, { start: at, end: start }, wrapped)};`;
    const [head, asynchronous = '', star = '', name = ''] = DECLARATION.exec(text.slice(start, end)) ?? [];
    const body = inParentheses(text, { start: start + (head?.length ?? 0), end }, wrapped);
    variables.push(`${name}=(${asynchronous}function${star}${body})`);
    at = end;
  }
  rest += inParentheses(text, { start: at, end: text.length }, wrapped);
  return variables.length === 0 ? rest : `var ${variables.join(',')};${rest}`;
}

function isExpression(code: string, name: string): boolean {
  return ANONYMOUS_FUNCTION.test(code) || (ARROW_FUNCTION.test(code) && name !== 'async');
}

function startsStatement(text: string, start: number): boolean {
  return start === 0 || /[;}\n]/.test(text[start - 1] ?? '');
}

/** A part of the text with parentheses around the expressions in it. */
function inParentheses(text: string, part: Place, expressions: readonly Place[]): string {
  const inside = expressions.filter(({ start, end }) => start >= part.start && end <= part.end);
  // Where one ends and the next begins, the end comes first.
  const marks = [
    ...inside.map(({ end }) => ({ at: end, mark: ')', order: 0 })),
    ...inside.map(({ start }) => ({ at: start, mark: '(', order: 1 })),
  ].toSorted((a, b) => a.at - b.at || a.order - b.order);
  let result = '';
  let at = part.start;
  for (const { at: next, mark } of marks) {
    result += text.slice(at, next) + mark;
    at = next;
  }
  return result + text.slice(at, part.end);
}
