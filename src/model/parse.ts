import type * as z from 'zod';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Document } from 'yaml';
import { duplicateKey } from './duplicate-key.ts';
import { AssayError, type ErrorCode, type Problem } from './errors.ts';
import { schemaComplaint } from './schema-complaint.ts';

export interface ParseOptions {
  /** What the document is called in messages: a path or an address. */
  readonly source: string;
  /** Largest accepted size in bytes; a larger document is refused before it is parsed. */
  readonly maxBytes?: number;
  /** Code for a document that parses but does not fit its schema. */
  readonly invalidCode?: ErrorCode;
  readonly hint?: string;
}

const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Parses JSON text strictly against a schema. An object that holds a key twice is refused.
 * Throws FILE_TOO_LARGE, DOCUMENT_MALFORMED or DOCUMENT_INVALID (or `invalidCode`) with every problem listed.
 */
export function parseJson<S extends z.ZodType>(
  schema: S,
  input: string | Uint8Array,
  options: ParseOptions,
): z.output<S> {
  const text = decodeText(input, options);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AssayError('DOCUMENT_MALFORMED', `${options.source} is not JSON: ${(cause as Error).message}`, {
      cause,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
    });
  }
  const repeated = typeof input === 'string' ? duplicateKey(text) : duplicateKey(text, input);
  if (repeated !== undefined) {
    throw new AssayError('DOCUMENT_MALFORMED', `${options.source} holds the key ${JSON.stringify(repeated)} twice`, {
      hint: 'Keep one of the two; readers disagree about which one counts.',
    });
  }
  return check(schema, value, options, () => undefined);
}

/**
 * Parses YAML 1.2 text strictly against a schema; every problem carries its line and column.
 * Aliases, duplicate keys and several documents in one file are refused.
 */
export function parseYaml<S extends z.ZodType>(
  schema: S,
  input: string | Uint8Array,
  options: ParseOptions,
): z.output<S> {
  return parseLocatedYaml(schema, input, options).value;
}

/** A parsed document that still knows where its values stand. */
export interface Located<T> {
  readonly value: T;
  /** Line and column, from 1, of the value at a path, or of its nearest parent that stands in the document. */
  readonly locate: (path: readonly PropertyKey[]) => { line: number; column: number } | undefined;
}

/** As parseYaml, for callers that have to say later which line a value came from. */
export function parseLocatedYaml<S extends z.ZodType>(
  schema: S,
  input: string | Uint8Array,
  options: ParseOptions,
): Located<z.output<S>> {
  const text = decodeText(input, options);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new AssayError('DOCUMENT_MALFORMED', `${options.source} is not valid YAML`, {
      problems: faults.map((fault) => ({ message: fault.message, file: options.source, ...at(lines, fault.pos[0]) })),
      hint: 'Correct the line named above; YAML is indented with spaces, and every key stands once.',
    });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new AssayError('DOCUMENT_MALFORMED', `${options.source} uses YAML aliases, which are not accepted here`, {
      cause,
      hint: 'Write the value out instead of using *alias.',
    });
  }
  const where = (path: readonly PropertyKey[]) => locate(document, lines, path);
  return { value: check(schema, value, options, where), locate: where };
}

/** Checks a value that is already in memory, with the same messages as the parsers. */
export function parseValue<S extends z.ZodType>(schema: S, value: unknown, options: ParseOptions): z.output<S> {
  return check(schema, value, options, () => undefined);
}

function decodeText(input: string | Uint8Array, options: ParseOptions): string {
  const limit = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (input.length > limit) {
    throw new AssayError('FILE_TOO_LARGE', `${options.source} is larger than ${limit} bytes`, {
      hint: 'Documents of this kind are small; check that the right file is named.',
    });
  }
  if (typeof input === 'string') return input;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch (cause) {
    throw notText(input, options, cause);
  }
}

function notText(input: Uint8Array, { source, hint }: ParseOptions, cause: unknown): AssayError {
  const isUtf16 = (input[0] === 0xff && input[1] === 0xfe) || (input[0] === 0xfe && input[1] === 0xff);
  // No text but one in UTF-16 holds a zero byte: this is a module, an archive or a picture.
  if (!isUtf16 && input.includes(0)) {
    return new AssayError('DOCUMENT_MALFORMED', `${source} holds binary data, no text`, {
      cause,
      hint: hint ?? 'Check that the right file is named.',
    });
  }
  return new AssayError('DOCUMENT_MALFORMED', `${source} is not UTF-8 text`, {
    cause,
    hint: 'Save the file as UTF-8.',
  });
}

type Locator = (path: readonly PropertyKey[]) => { line: number; column: number } | undefined;

function check<S extends z.ZodType>(schema: S, value: unknown, options: ParseOptions, where: Locator): z.output<S> {
  const result = parsed(schema, value, options);
  if (result.success) return result.data;
  // YAML reads an empty file, and one of comments only, as null.
  if (value === null) {
    throw new AssayError(options.invalidCode ?? 'DOCUMENT_INVALID', `${options.source} holds nothing`, {
      ...(options.hint === undefined ? {} : { hint: options.hint }),
    });
  }
  const problems = result.error.issues.flatMap((issue) => explain(issue, options.source, where));
  const first = problems[0];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new AssayError(
    options.invalidCode ?? 'DOCUMENT_INVALID',
    `${options.source}: ${first === undefined ? 'does not match its schema' : describe(first)}${more}`,
    { problems, ...(options.hint === undefined ? {} : { hint: options.hint }) },
  );
}

// Schemas of nested values call themselves for every level, and a document may have very many.
function parsed<S extends z.ZodType>(
  schema: S,
  value: unknown,
  options: ParseOptions,
): z.ZodSafeParseResult<z.output<S>> {
  try {
    return schema.safeParse(value, { jitless: isNewTo(schema) });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new AssayError(options.invalidCode ?? 'DOCUMENT_INVALID', `${options.source} is nested too deeply`, {
      cause,
    });
  }
}

/** Zod writes and compiles a function for every object of a schema, which costs more than checking a few documents. */
const FEW = 3;
const documentsOf = new WeakMap<z.ZodType, number>();

function isNewTo(schema: z.ZodType): boolean {
  const documents = documentsOf.get(schema) ?? 0;
  if (documents >= FEW) return false;
  documentsOf.set(schema, documents + 1);
  return true;
}

function describe(problem: Problem): string {
  return problem.path === undefined || problem.path === '' ? problem.message : `${problem.path} ${problem.message}`;
}

function explain(issue: z.core.$ZodIssue, source: string, where: Locator): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problem([...issue.path, key], `is not a known key`, source, where));
  }
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
    if (deepest !== undefined && deepest.length > 0 && depth(deepest) > 0) {
      return deepest.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, source, where));
    }
  }
  return [problem(issue.path, schemaComplaint(issue), source, where)];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function problem(path: readonly PropertyKey[], message: string, source: string, where: Locator): Problem {
  return { message, path: showPath(path), file: source, ...where(path) };
}

/** `builds[0].toolchain`, the way people write it. */
export function showPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}

function locate(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } | undefined {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = rangeStart(node) ?? offset;
    } else break;
  }
  return at(lines, offset);
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function at(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
