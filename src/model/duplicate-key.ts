const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * The first member name that stands twice in one object of a JSON text, or undefined. RFC 8259 (4) leaves the
 * meaning of duplicates open, so two readers of one signed text could see two different values.
 * The text must already have parsed as JSON.
 */
export function duplicateKey(text: string): string | undefined {
  // One set of names per open object; undefined for an open array.
  const open: (Set<string> | undefined)[] = [];
  let latest: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      if (names === undefined || latest === undefined) continue;
      // Escapes are resolved first: "a" and "\u0061" are one name.
      const name = latest.includes('\\') ? String(JSON.parse(latest)) : latest.slice(1, -1);
      if (names.has(name)) return name;
      names.add(name);
    } else if (token !== ',') latest = token;
  }
  return undefined;
}
