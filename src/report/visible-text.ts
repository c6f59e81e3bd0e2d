/**
 * Text that comes from a module, a manifest or a pull request may hold anything. What is shown to people must not
 * move the cursor, reverse the reading order, hide, or pile up over its neighbours.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
const PILED_MARKS = /(?<=^|\p{M}{2})\p{M}+/gu;

/** Nearly all text: ASCII and the marks of our own sentences. The sets above take half a millisecond to be made ready. */
const PLAIN = /^[ -~\u00b7\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2212]*$/;

/** Longest name or sentence that is shown before it is cut, in code points. */
const DEFAULT_LENGTH = 300;

/**
 * The text on one line with every character that would not be seen written out as `\u{…}`: controls, line ends,
 * bidirectional overrides, zero-width and unassigned characters, lone surrogates, and combining marks beyond two.
 * Longer text than `length` code points is cut and ends in `…`.
 */
export function visible(text: string, length: number = DEFAULT_LENGTH): string {
  const shown = cut(text, length);
  return PLAIN.test(shown) ? shown : shown.replace(UNSEEN, spellOut).replace(PILED_MARKS, spellOutAll);
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const points = [...text.slice(0, 2 * length + 2)];
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}

function spellOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function spellOutAll(characters: string): string {
  return [...characters].map(spellOut).join('');
}
