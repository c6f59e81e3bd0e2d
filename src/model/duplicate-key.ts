const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/**
 * The first member name that stands twice in one object of a JSON text, or undefined. RFC 8259 (4) leaves the
 * meaning of duplicates open, so two readers of one signed text could see two different values.
 * The text must already have parsed as JSON. `bytes` are the same in UTF-8, where they are at hand.
 */
export function duplicateKey(text: string, bytes: Uint8Array = Buffer.from(text)): string | undefined {
  return mayRepeat(bytes) ? firstRepeated(text) : undefined;
}

/** Objects with more members are left to the slower search, whose time grows less with them. */
const MAX_MEMBERS = 256;

/**
 * False where no name can stand twice: all names of every object have different hashes. Names with escapes, which may
 * be equal though they are written otherwise, make it true. Documents of a registry are read by the ten thousand, and
 * this takes a quarter of the time that sets of names take.
 */
function mayRepeat(bytes: Uint8Array): boolean {
  // Hashes of the members of all open objects, one object after another, and where each object's begin.
  const hashes: number[] = [];
  const begins: number[] = [];
  let used = 0;
  let begin = 0;
  let start = 0;
  let end = 0;
  let isEscaped = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      start = at + 1;
      isEscaped = false;
      for (at = start; at < bytes.length && bytes[at] !== QUOTE; at += 1) {
        if (bytes[at] !== BACKSLASH) continue;
        isEscaped = true;
        at += 1;
      }
      end = at;
    } else if (byte === COLON) {
      if (isEscaped || used - begin >= MAX_MEMBERS) return true;
      const hash = hashOf(bytes, start, end);
      for (let other = begin; other < used; other += 1) if (hashes[other] === hash) return true;
      hashes[used++] = hash;
    } else if (byte === OPEN_OBJECT) {
      begins.push(begin);
      begin = used;
    } else if (byte === CLOSE_OBJECT) {
      used = begin;
      begin = begins.pop() ?? 0;
    }
  }
  return false;
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

function firstRepeated(text: string): string | undefined {
  // One set of names per open object; undefined for an open array.
  const open: (Set<string> | undefined)[] = [];
  // Where the latest string stands, without its quotes: before a colon it is a member's name.
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        start = at + 1;
        at = end = closingQuote(text, start);
        break;
      case COLON: {
        const written = text.slice(start, end);
        // Escapes are resolved first: "a" and "\u0061" are one name.
        const name = written.includes('\\') ? String(JSON.parse(`"${written}"`)) : written;
        const names = open.at(-1);
        if (names?.has(name) === true) return name;
        names?.add(name);
        break;
      }
      case OPEN_OBJECT:
        open.push(new Set());
        break;
      case OPEN_ARRAY:
        open.push(undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        open.pop();
        break;
      default:
    }
  }
  return undefined;
}

/** Where the string ends that begins at `start`, behind its opening quote. */
function closingQuote(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === BACKSLASH && quote - 1 - escapes >= start) escapes += 1;
    if (escapes % 2 === 0) return quote;
  }
  return text.length;
}
