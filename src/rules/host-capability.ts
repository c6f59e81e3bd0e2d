import { createHash } from 'node:crypto';
import type { Capability } from '#model/capability';

const MAX_PART = 128;
const KEPT = 100;
/** What nearly all names are: nothing in them is encoded. */
const PLAIN = /^[\w$-]{1,128}$/;

/**
 * The capability of one host function, `host:<module>.<name>`. Characters that would make two imports look the same
 * or match as a pattern (white space, control, non-ASCII, `%`, `*`, and `.` in the module) are percent-encoded;
 * what is too long ends in a hash, so that every import has a capability and no two share one.
 */
export function hostCapability(module: string, name: string): Capability {
  return `host:${encodePart(module, /[^!#-)+,/-~-]|[%.]/gu)}.${encodePart(name, /[^!#-)+-~]|%/gu)}`;
}

function encodePart(text: string, special: RegExp): string {
  if (PLAIN.test(text)) return text;
  if (text === '') return '%-';
  const encoded = text.replace(special, (character) =>
    Array.from(
      new TextEncoder().encode(character),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
  if (encoded.length <= MAX_PART) return encoded;
  const hash = createHash('sha256').update(encoded).digest('hex').slice(0, 16);
  return `${encoded.slice(0, KEPT)}~${hash}`;
}
