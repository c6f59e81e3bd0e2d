import type { ExternType, Import } from '#model/module-facts';
import { ByteReader } from './byte-reader.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { readGlobalType, readLimits, readTableType, readTagType, readTypeUse } from './extern-types.ts';
import { malformed, overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';

/** Import kind of a function whose type must be exactly the one named (custom descriptors proposal). */
const EXACT_FUNCTION = 0x20;
/** Instead of a kind: many imports of one module, each with its type, or all of one type (compact imports proposal). */
const TYPED_LIST = 0x7f;
const NAME_LIST = 0x7e;

/** Reads an import section (section 5.5.5); what is imported joins the index spaces. */
export function readImportSection(reader: ByteReader, spaces: CoreIndexSpaces): Import[] {
  const imports: Import[] = [];
  const count = reader.count('imports', 3, LIMITS.imports);
  reader.expectNames(count);
  let lastModule = '';
  for (let index = 0; index < count; index++) {
    const offset = reader.position;
    const read = reader.name('the module name of an import');
    const module = read === lastModule ? lastModule : read;
    lastModule = module;
    const name = reader.name('the name of an import');
    const lead = name === '' ? reader.peek() : -1;
    if (lead === TYPED_LIST || lead === NAME_LIST) {
      reader.position++;
      spaces.features.add('compact-imports');
      readList(reader, spaces, module, lead === NAME_LIST, imports);
    } else imports.push({ module, name, type: readImportType(reader, spaces, imports.length), offset });
  }
  return imports;
}

/** A list of imports of one module, whose name stands in the file once and therefore has a bound of its own. */
function readList(
  reader: ByteReader,
  spaces: CoreIndexSpaces,
  module: string,
  oneType: boolean,
  imports: Import[],
): void {
  const shared = reader.position;
  if (oneType) readImportType(reader, spaces.aside(), 0);
  const start = reader.position;
  const count = reader.count('imports', oneType ? 1 : 2, LIMITS.imports);
  if (imports.length + count > LIMITS.imports) {
    throw overLimit(start, `${imports.length + count} imports`, LIMITS.imports);
  }
  if (count * module.length > LIMITS.sharedNameBytes) {
    throw overLimit(start, `${count} imports of a module with a long name`, LIMITS.sharedNameBytes);
  }
  for (let index = 0; index < count; index++) {
    const offset = reader.position;
    const name = reader.name('the name of an import');
    const type = oneType ? new ByteReader(reader.bytes, shared, start, reader.where) : reader;
    imports.push({ module, name, type: readImportType(type, spaces, imports.length), offset });
  }
}

/** `place` is that of the import among all. */
function readImportType(reader: ByteReader, spaces: CoreIndexSpaces, place: number): ExternType {
  const start = reader.position;
  const kind = reader.byte('an import kind');
  if (kind === EXACT_FUNCTION) spaces.features.add('custom-descriptors');
  switch (kind === EXACT_FUNCTION ? 0 : kind) {
    case 0: {
      if (spaces.functions.length >= LIMITS.functionImports) {
        throw overLimit(start, 'Too many imports of functions', LIMITS.functionImports);
      }
      const type = readTypeUse(reader, spaces.types);
      spaces.functionImports.push(place);
      spaces.functions.add(type);
      return spaces.externs.func(type);
    }
    case 1: {
      const { type, read } = readTableType(reader, spaces.features);
      if (spaces.tables.length >= LIMITS.tables) throw overLimit(start, 'Too many tables', LIMITS.tables);
      spaces.limitsRead.push(read);
      spaces.tables.push({ ...type, imported: true, initial: [] });
      return spaces.externs.table(type);
    }
    case 2: {
      const read = readLimits(reader, 'memory', spaces.features);
      spaces.limitsRead.push(read);
      spaces.memories.push({ limits: read.limits, imported: true });
      return spaces.externs.memory(read.limits);
    }
    case 3: {
      const type = readGlobalType(reader, spaces.features);
      if (type.mutable) spaces.features.add('mutable-globals');
      return spaces.externs.global(spaces.addGlobal(type, true, undefined));
    }
    case 4: {
      const type = readTagType(reader, spaces.types, spaces.features);
      spaces.tags.push(type);
      return spaces.externs.tag(type);
    }
    default:
      throw malformed(start, `Malformed import kind 0x${kind.toString(16)}`, 'a number from 0 to 4');
  }
}
