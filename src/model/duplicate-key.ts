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
 * The text must already have parsed as JSON.
 */
export function duplicateKey(text: string): string | undefined {
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
