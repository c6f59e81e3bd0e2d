import { isAssayError } from '#model/errors';
import { decode } from '#wasm/facts';
import { quote, withArticle } from './clip.ts';
import { payloadContents } from './payload-contents.ts';
import type { Region } from './regions.ts';
import { type Payload, payloadsIn } from './payloads.ts';
import { type Draft, type ReadRule, shortHash } from './rule.ts';

const ZIP_END = 'PK\x05\x06';
/** How an entry of the directory begins: `PK` 1 2. */
const ZIP_ENTRY = 0x02014b50;
/** A ZIP reader looks for its end record in this many bytes at the end of a file. */
const ZIP_TAIL = 65_557;
const MARKUP = /<(?:!doctype html|html|script|svg|iframe|\?php)[\s>]/i;

/** Documents that viewers recognise anywhere in a file. Names of symbols may look like markup. */
function documentsIn({ text }: Region): Payload[] {
  const pdf = text.indexOf('%PDF-1.');
  const markup = text.search(MARKUP);
  return [
    ...(pdf === -1 ? [] : [{ kind: 'PDF document', position: pdf }]),
    ...(markup === -1 ? [] : [{ kind: 'web page', position: markup }]),
  ];
}

/**
 * Whether a component at this place is only the description of a world that bindings generators leave behind
 * (`component-type`, tool conventions of the component model): types to the section's end, no code.
 */
function describesTypes({ kind, name, bytes }: Region, position: number): boolean {
  if (kind !== 'custom' || !/^component-type(?:$|:)/.test(name)) return false;
  try {
    const found = decode(bytes.subarray(position));
    return found.kind === 'component' && found.modules.length === 0;
  } catch (error) {
    if (isAssayError(error)) return false;
    throw error;
  }
}

/** Where the first entry of the archive begins whose end record stands at `end`; 0 where its directory does not tell. */
function archiveStart(bytes: Uint8Array, end: number): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = end - file.readUInt32LE(end + 12);
  // What stands in front of an archive does not count in its offsets, or does: both are in use.
  const base = directory - file.readUInt32LE(end + 16);
  if (base < 0) return 0;
  let first = directory;
  for (let at = directory; at < end; ) {
    if (at + 46 > end || file.readUInt32LE(at) !== ZIP_ENTRY) return 0;
    first = Math.min(first, base + file.readUInt32LE(at + 42));
    at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return first;
}

export const polyglot: ReadRule = {
  info: {
    id: 'ASY50',
    name: 'polyglot',
    row: 5,
    short: 'The file is also something else: an archive, a page, a program',
    help: 'Custom sections may hold anything, so one file can be a module to an engine and an archive, a web page or a program to another tool. What was audited is then not what the other tool runs.',
    certainty: 'certain',
    level: 'warning',
    action: 'Remove the custom section; ship the other content as a file of its own.',
    since: '1',
  },
  read: ({ bytes, regions, symbols }) => {
    const drafts: Draft[] = [];
    const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - ZIP_TAIL))).toString('latin1');
    const end = tail.lastIndexOf(ZIP_END);
    if (end !== -1 && end + 22 + tail.charCodeAt(end + 20) + 256 * tail.charCodeAt(end + 21) === tail.length) {
      const offset = bytes.length - tail.length + end;
      drafts.push({
        subject: 'ZIP',
        message: 'the file ends like a ZIP archive and opens as one',
        locations: [{ offset }],
        extent: ['ZIP', `ZIP ${shortHash(bytes.subarray(archiveStart(bytes, offset)))}`],
      });
    }
    for (const region of [...regions, ...symbols]) {
      if (region.kind !== 'custom' && region.kind !== 'symbols') continue;
      const found = [
        ...payloadsIn(region).filter(({ position }) => !describesTypes(region, position)),
        ...(region.kind === 'custom' ? documentsIn(region) : []),
      ];
      if (found.length === 0) continue;
      const contents = payloadContents(region, found);
      for (const [kind, same] of Map.groupBy(found, (payload) => payload.kind)) {
        drafts.push({
          subject: `${kind} ${region.name}`,
          message: `the custom section ${quote(region.name)} holds ${withArticle(kind)}`,
          locations: same.map(({ position }) => ({
            offset: region.offsetAt(position),
            section: region.name.slice(0, 200),
          })),
          extent: [`${kind} ${region.name}`, ...(contents.get(kind) ?? []).map((digest) => `${kind} ${digest}`)],
        });
      }
    }
    return drafts;
  },
};
