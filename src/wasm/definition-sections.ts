import type { ByteReader } from './byte-reader.ts';
import { readConstantExpression } from './constant-expression.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { readGlobalType, readLimits, readTableType, readTagType, readTypeUse } from './extern-types.ts';
import { invalid, malformed, overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';

/** The function section (section 5.5.6): types only. Returns how many functions it defines. */
export function readFunctionSection(reader: ByteReader, spaces: CoreIndexSpaces): number {
  const start = reader.position;
  const count = reader.count('functions', 1, LIMITS.functions);
  if (spaces.functions.length + count > LIMITS.functions) {
    throw overLimit(start, `${spaces.functions.length + count} functions`, LIMITS.functions);
  }
  const { functions, types } = spaces;
  functions.expect(count);
  for (let index = 0; index < count; index++) {
    const type = reader.peek();
    // A number of one byte is its own value.
    if (type >= 0 && type < 0x80 && types.isFunction(type)) {
      reader.position++;
      functions.add(type);
    } else functions.add(readTypeUse(reader, types));
  }
  return count;
}

/** The table section (section 5.5.7). */
export function readTableSection(reader: ByteReader, spaces: CoreIndexSpaces): void {
  const at = reader.position;
  const count = reader.count('tables', 3, LIMITS.tables);
  const all = spaces.tables.length + count;
  if (all > LIMITS.tables) throw overLimit(at, `${all} tables`, LIMITS.tables);
  for (let index = 0; index < count; index++) {
    const start = reader.position;
    const initialised = reader.peek() === 0x40;
    if (initialised) {
      reader.position++;
      if (reader.byte('a zero byte') !== 0) throw malformed(start, 'Malformed table', 'a zero byte after 0x40');
    }
    const { type, read } = readTableType(reader, spaces.features);
    spaces.limitsRead.push(read);
    let initial: readonly number[] = [];
    if (initialised) {
      spaces.features.add('function-references');
      initial = readConstantExpression(reader, spaces.constantWalk(), spaces.globalValues).functions;
    }
    spaces.tables.push({ ...type, imported: false, initial });
  }
}

/** The memory section (section 5.5.8). */
export function readMemorySection(reader: ByteReader, spaces: CoreIndexSpaces): void {
  const count = reader.count('memories', 2, LIMITS.memories);
  for (let index = 0; index < count; index++) {
    const read = readLimits(reader, 'memory', spaces.features);
    spaces.limitsRead.push(read);
    spaces.memories.push({ limits: read.limits, imported: false });
  }
}

/** The tag section (section 5.5.16). */
export function readTagSection(reader: ByteReader, spaces: CoreIndexSpaces): void {
  const count = reader.count('tags', 2, LIMITS.tags);
  for (let index = 0; index < count; index++) spaces.tags.push(readTagType(reader, spaces.types, spaces.features));
}

/** The global section (section 5.5.9); an initial value may name the globals before it. */
export function readGlobalSection(reader: ByteReader, spaces: CoreIndexSpaces): void {
  const walk = spaces.constantWalk();
  const count = reader.count('globals', 3, LIMITS.globals);
  for (let index = 0; index < count; index++) {
    const type = readGlobalType(reader, spaces.features);
    const initial = readConstantExpression(reader, walk, spaces.globalValues);
    spaces.addGlobal(type, false, type.mutable ? undefined : initial.value);
    for (const target of initial.functions) spaces.globalReferences.push(target);
  }
}

/** The start section (section 5.5.11): the index of a function. */
export function readStartSection(reader: ByteReader, spaces: CoreIndexSpaces): number {
  const start = reader.position;
  const index = reader.u32('a function index');
  if (index >= spaces.functions.length) {
    throw invalid(start, `Unknown function ${index}`, `an index below ${spaces.functions.length}`);
  }
  return index;
}
