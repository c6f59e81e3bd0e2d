import type { Anchor } from './anchors.ts';
import { gzipStart, hasChecksum, isBzip2, isGzip, isRar, isTar, isXz, isZstd } from './archive-formats.ts';
import type { Region } from './regions.ts';

export interface Payload {
  readonly kind: string;
  readonly position: number;
}

interface Magic {
  readonly kind: string;
  readonly magic: Anchor;
  /** Whether what follows the magic is really that format; short magics occur by chance. */
  readonly confirm: (text: string, at: number) => boolean;
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
  { kind: 'bzip2 stream', magic: '1AY&SY', confirm: isBzip2 },
  { kind: 'RAR archive', magic: 'Rar!\x1a\x07', confirm: isRar },
  { kind: 'tar archive', magic: 'ustar', confirm: isTar },
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

/** How programs and archives begin in base64, and what they are when it is undone. */
const IN_BASE64: readonly { readonly anchor: Anchor; readonly kind: string }[] = [
  { anchor: 'AGFzbQ', kind: 'WebAssembly module' },
  { anchor: 'f0VMRg', kind: 'ELF program' },
  { anchor: 'TVqQAA', kind: 'Windows program' },
  { anchor: 'H4sIA', kind: 'gzip stream' },
  { anchor: 'UEsDB', kind: 'ZIP archive' },
];
const BASE64_SAMPLE = 8192;

const MAX_FOR_EACH = 20;
/** Candidates that are looked at for one magic before giving up: hostile data may repeat a magic endlessly. */
const MAX_CANDIDATES = 10_000;

/** Programs, archives and scripts inside a region, told by their magic and by what follows it. */
export function payloadsIn({ text, anchors }: Region): Payload[] {
  const found: Payload[] = [];
  if (anchors.size === 0) return found;
  for (const { kind, magic, resembles, confirm } of MAGICS) {
    let many = 0;
    let tried = 0;
    for (const position of (anchors.get(magic) ?? []).slice(0, MAX_CANDIDATES)) {
      if (resembles !== undefined) {
        if (!resembles(text, position)) continue;
        tried += 1;
        if (tried > confirmations(text.length)) {
          found.push({ kind, position });
          break;
        }
      }
      if (!confirm(text, position)) continue;
      found.push({ kind, position });
      many += 1;
      if (many >= MAX_FOR_EACH) break;
    }
  }
  return [...found, ...payloadsInBase64({ text, anchors })];
}

function payloadsInBase64({ text, anchors }: Pick<Region, 'text' | 'anchors'>): Payload[] {
  return IN_BASE64.flatMap(({ anchor, kind }) => {
    const confirm = MAGICS.find((magic) => magic.kind === kind)?.confirm ?? (() => false);
    const positions = (anchors.get(anchor) ?? []).slice(0, MAX_CANDIDATES).filter((position) => {
      const run = /^[A-Za-z0-9+/\r\n]*/.exec(text.slice(position, position + BASE64_SAMPLE))?.[0] ?? '';
      return confirm(Buffer.from(run, 'base64').toString('latin1'), 0);
    });
    return positions.slice(0, MAX_FOR_EACH).map((position) => ({ kind: `${kind} in base64`, position }));
  });
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
