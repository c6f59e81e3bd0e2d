import type { Anchor } from './anchors.ts';
import {
  gzipStart,
  hasChecksum,
  isBzip2,
  isGzip,
  isRar,
  isTar,
  isXz,
  isZipEnd,
  isZstd,
  zipStart,
} from './archive-formats.ts';
import { beginningsOf, endOfBase64, IN_BASE64, undone, WIDTHS } from './base64-payloads.ts';
import { payloadEnd, REGION_OUTPUT } from './payload-ends.ts';
import type { Region } from './regions.ts';
import { timeZoneHeaders } from './time-zone-archives.ts';

export interface Payload {
  readonly kind: string;
  /** Where it begins. */
  readonly position: number;
  /** Where it ends; undefined where nobody knows, or where more of the kind may follow that are not listed. */
  readonly end?: number;
}

interface Magic {
  readonly kind: string;
  readonly magic: Anchor;
  /** Whether what follows the magic is really that format; short magics occur by chance. */
  readonly confirm: (text: string, at: number) => boolean;
  /** Where a payload begins whose magic does not stand first. */
  readonly begin?: (text: string, at: number) => number;
  /** A cheap look before a costly confirmation. */
  readonly resembles?: (text: string, at: number) => boolean;
}

/**
 * Candidates of one costly magic that are confirmed in a region of so many bytes. Chance brings a handful; where there
 * are more, they are there to wear the reader out, and the next one counts unconfirmed.
 */
function confirmations(bytes: number): number {
  return 64 + bytes / 16_384;
}

const MAGICS: readonly Magic[] = [
  {
    kind: 'WebAssembly module',
    magic: '\0asm',
    confirm: (text, at) =>
      /^\0asm(?:\x01\0\0\0|[\x0a-\x10]\0\x01\0)[\x00-\x0d]/.test(text.slice(at, at + 9)) && text.length > at + 8,
  },
  {
    kind: 'ELF program',
    magic: '\x7fELF',
    confirm: (text, at) => /^\x7fELF[\x01\x02][\x01\x02]\x01/.test(text.slice(at, at + 7)),
  },
  { kind: 'Windows program', magic: 'MZ', confirm: isPortableExecutable },
  {
    kind: 'Mach-O program',
    magic: '\xcf\xfa\xed\xfe',
    confirm: (text, at) => /^(?:\x07|\x0c)\0\0\x01/.test(text.slice(at + 4, at + 8)),
  },
  {
    kind: 'gzip stream',
    magic: '\x1f\x8b\x08',
    resembles: (text, at) => gzipStart(text, at) !== undefined,
    confirm: isGzip,
  },
  {
    kind: 'ZIP archive',
    magic: 'PK\x03\x04',
    confirm: (text, at) => /^[\x0a-\x3f]\0[\s\S]\0[\0\x08\x09\x0c\x0e\x5d]\0/.test(text.slice(at + 4, at + 10)),
  },
  { kind: 'xz stream', magic: '\xfd7zXZ\0', confirm: isXz },
  { kind: 'Zstandard stream', magic: '\x28\xb5\x2f\xfd', confirm: isZstd },
  // What readers look for; the headers of its entries may say anything.
  { kind: 'ZIP archive', magic: 'PK\x05\x06', begin: zipStart, confirm: isZipEnd },
  { kind: 'bzip2 stream', magic: '1AY&SY', begin: (_, at) => at - 4, confirm: isBzip2 },
  { kind: 'RAR archive', magic: 'Rar!\x1a\x07', confirm: isRar },
  { kind: 'tar archive', magic: 'ustar', begin: (_, at) => at - 257, confirm: isTar },
  {
    kind: 'Java class',
    magic: '\xca\xfe\xba\xbe',
    // Versions 45 (Java 1) to 79, and a constant pool that is not empty.
    confirm: (text, at) => /^\0[\0-\x03]\0[\x2d-\x4f](?:\0[\x02-\xff]|[^\0][\s\S])/.test(text.slice(at + 4, at + 10)),
  },
  { kind: 'Android program', magic: 'dex\n0', confirm: (text, at) => /^\d\d\0/.test(text.slice(at + 5, at + 8)) },
  { kind: '7z archive', magic: '7z\xbc\xaf\x27\x1c', confirm: (text, at) => hasChecksum(text, at + 12, 20, at + 8) },
  { kind: 'shell script', magic: '#!/', confirm: isScript },
  {
    kind: 'PowerShell command',
    magic: 'powershell',
    confirm: (text, at) => /^powershell(?:\.exe)? +-(?:e|enc|encodedcommand|nop|w)/i.test(text.slice(at, at + 60)),
  },
];

const MAX_FOR_EACH = 20;

/**
 * Candidates of one magic that are looked at in a region of so many bytes; like `confirmations`, the next one counts
 * unconfirmed. Two letters stand at one place in 65 536 by chance.
 */
function candidates(bytes: number): number {
  return 10_000 + bytes / 4096;
}

/**
 * Programs, archives and scripts inside a region, told by their magic and by what follows it, in the order of their
 * kinds. What lies inside another one of its kind, as the entries of an archive do, is a part of that.
 */
export function payloadsIn(region: Region): Payload[] {
  if (region.anchors.size === 0) return [];
  const ends = region.anchors.get('PK\x05\x06');
  const harmless = ends === undefined ? undefined : timeZoneHeaders(region.text, ends);
  const found: Payload[] = [];
  const budget = { left: REGION_OUTPUT };
  for (const { kind, magic, begin, resembles, confirm } of MAGICS) {
    const places = region.anchors.get(magic);
    if (places === undefined) continue;
    const { text } = region;
    const same = found.filter((payload) => payload.kind === kind);
    let tried = 0;
    for (const [index, at] of places.entries()) {
      if (resembles?.(text, at) === false) continue;
      if (kind === 'ZIP archive' && harmless?.has(at) === true) continue;
      if (resembles !== undefined) tried += 1;
      const worn = index >= candidates(text.length) || tried > confirmations(text.length);
      if (!worn && !confirm(text, at)) continue;
      const position = Math.max(0, begin?.(text, at) ?? at);
      if (same.some((known) => position >= known.position && position < (known.end ?? known.position + 1))) continue;
      const last = worn || same.length + 1 >= MAX_FOR_EACH;
      const end = last ? undefined : payloadEnd(region, kind, position, budget);
      same.push({ kind, position, ...(end === undefined ? {} : { end }) });
      if (last) break;
    }
    found.push(...same.filter((payload) => !found.includes(payload)));
  }
  return [...found, ...payloadsInBase64(region)];
}

function payloadsInBase64(region: Region): Payload[] {
  const found: Payload[] = [];
  for (const { anchor, kind } of IN_BASE64) {
    const confirm = MAGICS.find((magic) => magic.kind === kind)?.confirm ?? (() => false);
    for (const width of [1, 2, 4] as const) {
      const same: Payload[] = [];
      let tried = 0;
      let reach = 0;
      for (const position of beginningsOf(region, anchor, width)) {
        if (position < reach) continue;
        const worn = tried++ >= confirmations(region.bytes.length);
        if (!worn && !confirm(undone(region, position, width), 0)) continue;
        const last = worn || same.length + 1 >= MAX_FOR_EACH;
        if (!last) reach = endOfBase64(region.text, position, width);
        same.push({ kind: `${kind} in base64${WIDTHS[width]}`, position, ...(last ? {} : { end: reach }) });
        if (last) break;
      }
      found.push(...same);
    }
  }
  return found;
}

const SHEBANG =
  /^#!\/(?:usr\/)?(?:local\/)?bin\/(?:env +)?(?:ba|z|da|k)?(?:sh|python3?|perl|node|ruby|php)\b[^\n]{0,60}\n(?=[\x09\x0a\x20-\x7e]{8})/;
const SCRIPT_SAMPLE = 4096;

/**
 * A first line that names an interpreter, and at least one line for it to run: a template of comments does nothing.
 * Indented it is an example in a document, for the two characters only count where a file begins.
 */
function isScript(text: string, at: number): boolean {
  if (/[\t ]$/.test(text.slice(Math.max(0, at - 1), at))) return false;
  const sample = text.slice(at, at + SCRIPT_SAMPLE);
  const first = SHEBANG.exec(sample)?.[0];
  if (first === undefined) return false;
  const body = /^[\x09\x0a\x0d\x20-\x7e\x80-\xff]*/.exec(sample.slice(first.length))?.[0] ?? '';
  return /^[\t ]*[^#\s]/m.test(body);
}

function isPortableExecutable(text: string, at: number): boolean {
  const head = text.charCodeAt(at + 0x3c) + 256 * text.charCodeAt(at + 0x3d) + 65_536 * text.charCodeAt(at + 0x3e);
  return head > 0x3f && head < 0x1000 && text.startsWith('PE\0\0', at + head);
}
