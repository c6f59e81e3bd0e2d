/** At most `max` characters; a longer text ends in an ellipsis. Half of a surrogate pair is never left over. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Nearly all names; the set of `quote` takes a quarter of a millisecond to be made ready. */
const PLAIN = /^[ -~]*$/;

/** A name from the module, quoted for a sentence: control and direction characters become visible escapes. */
export function quote(name: string, max = 120): string {
  return `"${clip(PLAIN.test(name) ? name : spelledOut(name), max)}"`;
}

function spelledOut(name: string): string {
  return name.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The first few of a list, and how many more there are; `total` where `items` is only its beginning. */
export function listed(items: readonly string[], max = 5, total = items.length): string {
  const rest = total - max;
  return rest > 0 ? `${items.slice(0, max).join(', ')} and ${rest} more` : items.join(', ');
}

const SPOKEN_WITH_VOWEL = /^(?:[aeioAEIO]|xz |npm |[FHLMNSX][A-Z])/;

/** A noun with its article, by how its beginning is spoken: an ELF program, an npm token, a ZIP archive. */
export function withArticle(noun: string): string {
  return `${SPOKEN_WITH_VOWEL.test(noun) ? 'an' : 'a'} ${noun}`;
}
