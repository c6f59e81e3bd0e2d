import { AssayError, type Problem } from '#model/errors';
import type { InputSpec, InputSpecs, InputValues } from './definition.ts';

const PREFIX = 'INPUT_';

// YAML 1.2 core schema, the spellings the runner's own toolkit accepts.
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

/**
 * Reads an action's inputs from the variables that the runner sets (`INPUT_` and the upper-case name). An input that
 * is not declared, or a value that is not of its kind, is INPUT_INVALID; all of them are listed at once.
 */
export function readInputs<I extends InputSpecs>(
  specs: I,
  env: Readonly<Record<string, string | undefined>>,
): InputValues<I> {
  const problems: Problem[] = [...unknownInputs(specs, env)];
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const text = (env[variableOf(name)] ?? '').trim();
    const value = text === '' ? absent(name, spec) : parse(name, spec, text);
    if (isProblem(value)) problems.push(value);
    else values[name] = value.value;
  }
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    throw new AssayError('INPUT_INVALID', `input ${first.path ?? ''} ${first.message}${more}`, { problems });
  }
  // Every declared name has just been given a value of its kind.
  return values as InputValues<I>;
}

function variableOf(name: string): string {
  return PREFIX + name.replaceAll(' ', '_').toUpperCase();
}

function* unknownInputs(specs: InputSpecs, env: Readonly<Record<string, string | undefined>>): Generator<Problem> {
  const known = new Set(Object.keys(specs).map(variableOf));
  for (const variable of Object.keys(env).toSorted()) {
    if (!variable.toUpperCase().startsWith(PREFIX) || known.has(variable.toUpperCase())) continue;
    yield {
      path: variable.slice(PREFIX.length).toLowerCase(),
      message: 'is not an input of this action',
      hint: `It takes ${Object.keys(specs).join(', ')}.`,
    };
  }
}

type Parsed = { readonly value: unknown } | Problem;

function isProblem(parsed: Parsed): parsed is Problem {
  return 'message' in parsed;
}

function absent(name: string, spec: InputSpec): Parsed {
  if ('required' in spec && spec.required) return { path: name, message: 'is required', hint: spec.description };
  if (spec.kind === 'boolean' || spec.kind === 'integer' || spec.kind === 'enum') return { value: spec.default };
  if (spec.kind !== 'secret' && spec.default !== undefined) return parse(name, spec, spec.default);
  return { value: spec.kind === 'lines' || spec.kind === 'paths' ? [] : undefined };
}

function parse(name: string, spec: InputSpec, text: string): Parsed {
  const wrong = (wanted: string): Problem => ({ path: name, message: `is ${quoted(text)}`, hint: `Give ${wanted}.` });
  switch (spec.kind) {
    case 'text':
    case 'secret':
      return { value: text };
    case 'path':
      return isPath(text) ? { value: text } : wrong('one path, without line breaks');
    case 'digest':
      return /^sha256:[0-9a-f]{64}$/.test(text) ? { value: text } : wrong('sha256: and 64 lower-case hex digits');
    case 'boolean': {
      const value = BOOLEANS[text];
      return value === undefined ? wrong('true or false') : { value };
    }
    case 'integer': {
      const value = /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : Number.NaN;
      const fits = value >= spec.min && value <= spec.max;
      return fits ? { value } : wrong(`a whole number from ${spec.min} to ${spec.max}`);
    }
    case 'enum':
      return spec.choices.includes(text) ? { value: text } : wrong(`one of ${spec.choices.join(', ')}`);
    case 'lines':
    case 'paths': {
      const items = text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      return spec.kind === 'lines' || items.every(isPath) ? { value: items } : wrong('one path a line');
    }
  }
}

function isPath(text: string): boolean {
  return !/[\0\r\n]/.test(text);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
