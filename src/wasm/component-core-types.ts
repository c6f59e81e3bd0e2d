import type { ByteReader } from './byte-reader.ts';
import { readGlobalType, readLimits, readTableType } from './extern-types.ts';
import { malformed } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { LIMITS } from './limits.ts';
import { readTypes } from './type-table.ts';

/** One entry of a core type section: a module type, or a type as core modules have it. */
export function skipCoreType(reader: ByteReader, features: FeatureSet): void {
  // 0x50 starts a module type here, so a subtype that starts with it has a zero byte before.
  const escaped = reader.peek() === 0x00;
  if (escaped) reader.position++;
  if (escaped || reader.peek() !== 0x50) {
    readTypes(reader, features, 1);
    return;
  }
  reader.position++;
  const count = reader.count('declarations', 1, LIMITS.componentItems);
  for (let index = 0; index < count; index++) {
    const at = reader.position;
    const kind = reader.byte('a declaration');
    if (kind === 0x00) {
      reader.name('the module name of an import');
      reader.name('the name of an import');
      skipCoreDescription(reader, features);
    } else if (kind === 0x01) readTypes(reader, features, 1);
    else if (kind === 0x02) {
      reader.byte('a core sort');
      if (reader.byte('the target of an alias') !== 0x01) throw malformed(at, 'Malformed core alias', '1 (outer)');
      reader.u32('a number of enclosing scopes');
      reader.u32('an index');
    } else if (kind === 0x03) {
      reader.name('the name of an export');
      skipCoreDescription(reader, features);
    } else throw malformed(at, `Malformed declaration 0x${kind.toString(16)}`, 'a number from 0 to 3');
  }
}

function skipCoreDescription(reader: ByteReader, features: FeatureSet): void {
  const start = reader.position;
  const kind = reader.byte('an import kind');
  if (kind === 0) reader.u32('a type index');
  else if (kind === 1) readTableType(reader, features);
  else if (kind === 2) readLimits(reader, 'memory', features);
  else if (kind === 3) readGlobalType(reader, features);
  else if (kind === 4) {
    reader.byte('the attribute of a tag');
    reader.u32('a type index');
  } else throw malformed(start, `Malformed import kind 0x${kind.toString(16)}`, 'a number from 0 to 4');
}
