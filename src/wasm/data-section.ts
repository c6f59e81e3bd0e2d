import type { ByteReader } from './byte-reader.ts';
import { readConstantExpression } from './constant-expression.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { DataSegments } from './data-segments.ts';
import { malformed } from './failures.ts';
import { LIMITS } from './limits.ts';
import { OPERATOR } from './operators.ts';

/** Reads a data section (section 5.5.14). */
export function readDataSection(reader: ByteReader, spaces: CoreIndexSpaces): DataSegments {
  const start = reader.position;
  const count = reader.count('data segments', 2, LIMITS.dataSegments);
  checkDataCount(spaces, start, count);
  const walk = spaces.constantWalk();
  const segments = new DataSegments(count);
  let plain = 0;
  for (let index = 0; index < count; index++) {
    if (readPlainSegment(reader, segments)) {
      plain++;
      continue;
    }
    const at = reader.position;
    const flags = reader.u32('the flags of a data segment');
    if (flags > 2) throw malformed(at, `Malformed data segment flags ${flags}`, 'a number from 0 to 2');
    const memory = flags === 2 ? reader.u32('a memory index') : 0;
    const value = flags === 1 ? undefined : readConstantExpression(reader, walk, spaces.globalValues).value;
    const size = reader.u32('the size of a data segment');
    const offset = reader.position;
    reader.skip(size, 'the bytes of a data segment');
    if (flags === 1) spaces.features.add('bulk-memory');
    segments.add(flags === 1 ? 'passive' : 'active', memory, value, offset, size);
  }
  walk.tallyConstants(plain);
  return segments;
}

/**
 * An active segment of memory 0 at a constant of 32 bits, its numbers of ordinary length: nearly all segments are, and
 * a module may have a hundred thousand. False, with the reader where it was, for any other and whatever is wrong.
 */
function readPlainSegment(reader: ByteReader, segments: DataSegments): boolean {
  const { bytes, end } = reader;
  let position = reader.position;
  if (bytes[position] !== 0 || bytes[position + 1] !== OPERATOR.i32Const) return false;
  position += 2;
  let at = 0;
  let shift = 0;
  let byte: number;
  do {
    byte = bytes[position++] ?? 0;
    at |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80 && shift < 28);
  if (byte >= 0x80 || bytes[position++] !== OPERATOR.end) return false;
  at = (at << (32 - shift)) >> (32 - shift);
  let size = 0;
  shift = 0;
  do {
    byte = bytes[position++] ?? 0;
    size |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80 && shift < 28);
  if (byte >= 0x80 || (byte === 0 && shift > 7) || size > end - position) return false;
  reader.position = position + size;
  segments.add('active', 0, at >>> 0, position, size);
  return true;
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
