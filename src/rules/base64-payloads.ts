import { type WideAnchor, wideForm } from './anchors.ts';
import type { Region } from './regions.ts';

/** How programs and archives begin in base64, and what they are when it is undone. */
export const IN_BASE64: readonly { readonly anchor: WideAnchor; readonly kind: string }[] = [
  { anchor: 'AGFzbQ', kind: 'WebAssembly module' },
  { anchor: 'f0VMRg', kind: 'ELF program' },
  { anchor: 'TVqQAA', kind: 'Windows program' },
  { anchor: 'H4sIA', kind: 'gzip stream' },
  { anchor: 'UEsDB', kind: 'ZIP archive' },
];

/** Bytes a letter: as they are, as UTF-16 (AssemblyScript keeps texts so) and as UTF-32, in either byte order. */
export const WIDTHS = { 1: '', 2: ' in UTF-16', 4: ' in UTF-32' } as const;
export type Width = keyof typeof WIDTHS;
const SAMPLE = 8192;

/** Where base64 begins like this. */
export function beginningsOf({ anchors }: Region, anchor: WideAnchor, width: Width): readonly number[] {
  return anchors.get(width === 1 ? anchor : wideForm(anchor, width)) ?? [];
}

/** The first bytes that base64 at this place stands for. */
export function undone({ text }: Region, start: number, width: Width): string {
  const letters = text.slice(start, endOfBase64(text, start, width, start + SAMPLE * width));
  return Buffer.from(letters.replaceAll('\0', ''), 'base64').toString('latin1');
}

/** Where base64 ends that begins here. */
export function endOfBase64(text: string, start: number, width: Width, most = Number.POSITIVE_INFINITY): number {
  let at = start;
  for (; at < most && isLetter(text.charCodeAt(at)); at += width) {
    for (let zero = 1; zero < width; zero++) if (text.charCodeAt(at + zero) !== 0) return at + 1;
  }
  return Math.min(at, text.length);
}

/** Letters of base64 (RFC 4648, section 4), its padding and line ends. */
function isLetter(code: number): boolean {
  const isAlphanumeric =
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isAlphanumeric || code === 0x2b || code === 0x2f || code === 0x3d || code === 0x0a || code === 0x0d;
}
