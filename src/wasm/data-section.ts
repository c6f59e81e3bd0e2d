import type { ModuleFacts } from '#model/module-facts';
import type { ByteReader } from './byte-reader.ts';
import { readConstantExpression } from './constant-expression.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { count64 } from './extern-types.ts';
import { malformed } from './failures.ts';
import { LIMITS } from './limits.ts';

/** Reads a data section (section 5.5.14). */
export function readDataSection(reader: ByteReader, spaces: CoreIndexSpaces): ModuleFacts['data'] {
  const start = reader.position;
  const count = reader.count('data segments', 2, LIMITS.dataSegments);
  checkDataCount(spaces, start, count);
  const walk = spaces.constantWalk();
  const segments: ModuleFacts['data'] = [];
  for (let index = 0; index < count; index++) {
    const at = reader.position;
    const flags = reader.u32('the flags of a data segment');
    if (flags > 2) throw malformed(at, `Malformed data segment flags ${flags}`, 'a number from 0 to 2');
    const memory = flags === 2 ? reader.u32('a memory index') : 0;
    const value = flags === 1 ? undefined : readConstantExpression(reader, walk, spaces.globalValues).value;
    const size = reader.u32('the size of a data segment');
    const offset = reader.position;
    reader.skip(size, 'the bytes of a data segment');
    if (flags === 1) spaces.features.add('bulk-memory');
    const mode = flags === 1 ? 'passive' : 'active';
    if (value === undefined) segments.push({ mode, memory, offset, size });
    else segments.push({ mode, memory, at: count64(value), offset, size });
  }
  return segments;
}

/** Throws where a data count section said another number of segments than there are. */
export function checkDataCount({ dataCount }: CoreIndexSpaces, offset: number, segments: number): void {
  if (dataCount === undefined || dataCount === segments) return;
  throw malformed(
    offset,
    `Data count and data section have inconsistent lengths: ${dataCount} and ${segments}`,
    'the same number',
  );
}
