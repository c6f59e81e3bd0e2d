/** A part of a text: where it begins, and where it ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const END_RECORD = 22;
const DIRECTORY_ENTRY = 46;
const LOCAL_HEADER = 30;
const MAX_ARCHIVES = 4;
const STORED = 0;

/**
 * ZIP archives (APPNOTE, 4.3) that hold time zones and nothing else: files in the format TZif (RFC 9636), stored as they
 * are, one right behind the other. A program of Go that imports `time/tzdata` carries one. It hides nothing, for what is
 * stored is read like all data. `ends` are the places of end records in a Latin-1 text.
 */
export function timeZoneArchives(text: string, ends: readonly number[]): Span[] {
  return ends.slice(0, MAX_ARCHIVES).flatMap((end) => {
    const start = startOfTimeZones(text, end);
    return start === undefined ? [] : [{ start, end: end + END_RECORD }];
  });
}

function startOfTimeZones(text: string, end: number): number | undefined {
  if (text.length < end + END_RECORD) return undefined;
  const record = Buffer.from(text.slice(end, end + END_RECORD), 'latin1');
  const entries = record.readUInt16LE(10);
  const directory = end - record.readUInt32LE(12);
  const start = directory - record.readUInt32LE(16);
  if (start < 0 || entries === 0) return undefined;
  const archive = Buffer.from(text.slice(start, end), 'latin1');
  let listed = directory - start;
  let stored = 0;
  for (let entry = 0; entry < entries; entry++) {
    if (listed + DIRECTORY_ENTRY > archive.length || archive.readUInt32LE(listed + 42) !== stored) return undefined;
    const next = endOfTimeZone(archive, listed, stored);
    if (next === undefined || next > directory - start) return undefined;
    stored = next;
    const [name, extra, comment] = [28, 30, 32].map((at) => archive.readUInt16LE(listed + at));
    listed += DIRECTORY_ENTRY + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return stored === directory - start && listed === archive.length ? start : undefined;
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
