import { constants, crc32, inflateRawSync } from 'node:zlib';
import type { Anchor } from './anchors.ts';
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
  { kind: 'gzip stream', magic: '\x1f\x8b\x08', confirm: isGzip },
  {
    kind: 'ZIP archive',
    magic: 'PK\x03\x04',
    confirm: (text, at) => /^[\x0a-\x3f]\0[\s\S]\0[\0\x08\x09\x0c\x0e\x5d]\0/.test(text.slice(at + 4, at + 10)),
  },
  { kind: 'xz stream', magic: '\xfd7zXZ\0', confirm: (text, at) => hasChecksum(text, at + 6, 2, at + 8) },
  { kind: '7z archive', magic: '7z\xbc\xaf\x27\x1c', confirm: (text, at) => hasChecksum(text, at + 12, 20, at + 8) },
  {
    kind: 'shell script',
    magic: '#!/',
    confirm: (text, at) =>
      /^#!\/(?:usr\/)?(?:local\/)?bin\/(?:env +)?(?:ba|z|da|k)?(?:sh|python3?|perl|node|ruby|php)\b[^\n]{0,60}\n[\x09\x0a\x20-\x7e]{8}/.test(
        text.slice(at, at + 120),
      ),
  },
  {
    kind: 'PowerShell command',
    magic: 'powershell',
    confirm: (text, at) => /^powershell(?:\.exe)? +-(?:e|enc|encodedcommand|nop|w)/i.test(text.slice(at, at + 60)),
  },
];

const MAX_FOR_EACH = 20;
/** Candidates that are looked at for one magic before giving up: hostile data may repeat a magic endlessly. */
const MAX_CANDIDATES = 10_000;

/** Programs, archives and scripts inside a region, told by their magic and by what follows it. */
export function payloadsIn({ text, anchors }: Region): Payload[] {
  const found: Payload[] = [];
  for (const { kind, magic, confirm } of MAGICS) {
    let many = 0;
    for (const position of (anchors.get(magic) ?? []).slice(0, MAX_CANDIDATES)) {
      if (!confirm(text, position)) continue;
      found.push({ kind, position });
      many += 1;
      if (many >= MAX_FOR_EACH) break;
    }
  }
  return found;
}

/** Whether the CRC-32 of a run of bytes stands, little-endian, where the format keeps it. */
function hasChecksum(text: string, start: number, length: number, at: number): boolean {
  const held = Buffer.from(text.slice(at, at + 4), 'latin1');
  const covered = Buffer.from(text.slice(start, start + length), 'latin1');
  return held.length === 4 && covered.length === length && held.readUInt32LE(0) === crc32(covered);
}

function isPortableExecutable(text: string, at: number): boolean {
  const head = text.charCodeAt(at + 0x3c) + 256 * text.charCodeAt(at + 0x3d) + 65_536 * text.charCodeAt(at + 0x3e);
  return head > 0x3f && head < 0x1000 && text.startsWith('PE\0\0', at + head);
}

const GZIP_SAMPLE = 4096;
const GZIP_OUTPUT = 64 * 1024;

/** A gzip header (RFC 1952) whose deflate data really decodes. */
function isGzip(text: string, at: number): boolean {
  const flags = text.charCodeAt(at + 3);
  if ((flags & 0xe0) !== 0 || text.length < at + 18) return false;
  if ((flags & 0x1e) !== 0 && (flags & 0x1e) !== 0x08) return false;
  let start = at + 10;
  if ((flags & 0x08) !== 0) {
    const end = text.indexOf('\0', start);
    if (end === -1 || end > start + 256) return false;
    start = end + 1;
  }
  const sample = Buffer.from(text.slice(start, start + GZIP_SAMPLE), 'latin1');
  try {
    inflateRawSync(sample, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: GZIP_OUTPUT });
    return true;
  } catch (error) {
    // Whatever gives more than that is a stream; decoding a bomb to its end, thousands of times, is not needed.
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  }
}
