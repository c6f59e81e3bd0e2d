import { zipStart } from './archive-formats.ts';

const END_RECORD = 22;
const DIRECTORY_ENTRY = 46;
const LOCAL_HEADER = 30;
const MAX_ARCHIVES = 4;
const STORED = 0;

/**
 * Where in a Latin-1 text the headers of files and the end records stand that belong to ZIP archives (APPNOTE, 4.3) of
 * time zones and nothing else: files in the format TZif (RFC 9636), stored as they are, one right behind the other. A
 * program of Go that imports `time/tzdata` carries one. It hides nothing, for what is stored is read like all data, and
 * an archive in one of its files has headers of its own. `ends` are the places of end records.
 */
export function timeZoneHeaders(text: string, ends: readonly number[]): ReadonlySet<number> {
  const archives = ends.slice(0, MAX_ARCHIVES).map((end) => headersOfTimeZones(text, end));
  return new Set(archives.flat());
}

/** The places of an archive's headers, its end record last; none for an archive that holds anything else. */
function headersOfTimeZones(text: string, end: number): readonly number[] {
  if (text.length < end + END_RECORD) return [];
  const record = Buffer.from(text.slice(end, end + END_RECORD), 'latin1');
  const entries = record.readUInt16LE(10);
  const directory = end - record.readUInt32LE(12);
  const start = zipStart(text, end);
  if (start < 0 || entries === 0) return [];
  const archive = Buffer.from(text.slice(start, end), 'latin1');
  const headers: number[] = [];
  let listed = directory - start;
  let stored = 0;
  for (let entry = 0; entry < entries; entry++) {
    if (listed + DIRECTORY_ENTRY > archive.length || archive.readUInt32LE(listed + 42) !== stored) return [];
    const next = endOfTimeZone(archive, listed, stored);
    if (next === undefined || next > directory - start) return [];
    headers.push(start + stored);
    stored = next;
    const [name, extra, comment] = [28, 30, 32].map((at) => archive.readUInt16LE(listed + at));
    listed += DIRECTORY_ENTRY + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return stored === directory - start && listed === archive.length ? [...headers, end] : [];
}

/** Where the file ends whose entry in the directory stands at `listed`, and whose own header at `stored`. */
function endOfTimeZone(archive: Buffer, listed: number, stored: number): number | undefined {
  const size = archive.readUInt32LE(listed + 24);
  const plain =
    archive.toString('latin1', listed, listed + 4) === 'PK\x01\x02' &&
    archive.readUInt16LE(listed + 10) === STORED &&
    archive.readUInt32LE(listed + 20) === size &&
    stored + LOCAL_HEADER <= archive.length &&
    archive.toString('latin1', stored, stored + 4) === 'PK\x03\x04' &&
    archive.readUInt16LE(stored + 8) === STORED;
  if (!plain) return undefined;
  const content = stored + LOCAL_HEADER + archive.readUInt16LE(stored + 26) + archive.readUInt16LE(stored + 28);
  return /^TZif[\0-9]\0{15}$/.test(archive.toString('latin1', content, content + 20)) ? content + size : undefined;
}
