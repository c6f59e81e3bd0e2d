import type { ByteReader } from './byte-reader.ts';
import { type Integer, readConstantExpression } from './constant-expression.ts';
import { invalid, malformed, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import type { InstructionWalk } from './function-body.ts';
import { LIMITS } from './limits.ts';
import { readReferenceType } from './value-types.ts';

/** Typed arrays cost more than they hold when there are a hundred thousand short ones. */
export type FunctionList = Uint32Array | readonly number[];

const SHORT_LIST = 32;

export interface ElementSegment {
  readonly mode: 'active' | 'passive' | 'declarative';
  readonly table: number;
  readonly at: Integer | undefined;
  readonly length: number;
  /** Entries that refer to a function; bounded like the entries. */
  readonly functions: FunctionList;
  readonly offset: number;
  readonly size: number;
}

const NOT_ACTIVE = 1;
/** A table index for active segments, declarative for the others. */
const EXPLICIT = 2;
const EXPRESSIONS = 4;

/** Reads an element section (WebAssembly 3.0, section 5.5.12). */
export function readElementSection(
  reader: ByteReader,
  walk: InstructionWalk,
  features: FeatureSet,
  globals: readonly (Integer | undefined)[],
  spaces: { readonly tables: number; readonly functions: number },
): ElementSegment[] {
  const count = reader.count('element segments', 3, LIMITS.elementSegments);
  const segments: ElementSegment[] = [];
  let entries = 0;
  for (let index = 0; index < count; index++) {
    const segment = readSegment(reader, walk, features, globals, spaces);
    entries += segment.length;
    if (entries > LIMITS.elementEntries) {
      throw overLimit(segment.offset, `${entries} entries of element segments`, LIMITS.elementEntries);
    }
    segments.push(segment);
  }
  return segments;
}

function readSegment(
  reader: ByteReader,
  walk: InstructionWalk,
  features: FeatureSet,
  globals: readonly (Integer | undefined)[],
  spaces: { readonly tables: number; readonly functions: number },
): ElementSegment {
  const start = reader.position;
  const flags = reader.u32('the flags of an element segment');
  if (flags > 7) throw malformed(start, `Malformed element segment flags ${flags}`, 'a number from 0 to 7');
  const active = (flags & NOT_ACTIVE) === 0;
  const explicit = (flags & EXPLICIT) !== 0;
  if (flags !== 0) features.add('bulk-memory');
  let table = 0;
  let at: Integer | undefined;
  if (active) {
    const tableAt = reader.position;
    if (explicit) table = reader.u32('a table index');
    if (table >= spaces.tables) throw invalid(tableAt, `Unknown table ${table}`, `an index below ${spaces.tables}`);
    at = readConstantExpression(reader, walk, globals).value;
  }
  const expressions = (flags & EXPRESSIONS) !== 0;
  if (!active || explicit) readElementKind(reader, expressions, features);
  const offset = reader.position;
  const { length, functions } = expressions
    ? readExpressions(reader, walk, globals)
    : readIndices(reader, spaces.functions);
  const mode = active ? 'active' : explicit ? 'declarative' : 'passive';
  return { mode, table, at, length, functions, offset, size: reader.position - offset };
}

function readElementKind(reader: ByteReader, expressions: boolean, features: FeatureSet): void {
  const start = reader.position;
  if (expressions) readReferenceType(reader, features);
  else if (reader.byte('an element kind') !== 0) throw malformed(start, 'Malformed element kind', 'a zero byte');
}

function readIndices(reader: ByteReader, bound: number): { length: number; functions: FunctionList } {
  const length = reader.count('entries of an element segment', 1, LIMITS.elementEntries);
  const functions = length <= SHORT_LIST ? new Array<number>(length) : new Uint32Array(length);
  for (let index = 0; index < length; index++) {
    const start = reader.position;
    const target = reader.u32('a function index');
    if (target >= bound) throw invalid(start, `Unknown function ${target}`, `an index below ${bound}`);
    functions[index] = target;
  }
  return { length, functions };
}

function readExpressions(
  reader: ByteReader,
  walk: InstructionWalk,
  globals: readonly (Integer | undefined)[],
): { length: number; functions: FunctionList } {
  const length = reader.count('entries of an element segment', 2, LIMITS.elementEntries);
  const functions: number[] = [];
  for (let index = 0; index < length; index++) {
    for (const target of readConstantExpression(reader, walk, globals).functions) functions.push(target);
  }
  return { length, functions: functions.length <= SHORT_LIST ? functions : Uint32Array.from(functions) };
}
