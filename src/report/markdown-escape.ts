import { visible } from './visible-text.ts';

// Written as character references these are text to every Markdown parser, wherever they stand in a line. GitHub makes
// mentions, issue links and addresses of what is left after Markdown is done; a word joiner ends those matches.
const SPECIAL = /[\\`*_{}[\]<>&|~!$^"'@#]|(?<=www)\.|:(?=\/\/|\S*@)/gi;
const WORD_JOINER = '&#8288;';

function neutral(character: string): string {
  const reference = `&#${character.charCodeAt(0)};`;
  return '@#:.'.includes(character) ? WORD_JOINER + reference + WORD_JOINER : reference;
}

/** Text inside a sentence, a heading or a table cell; nothing in it is markup, a mention or a link. */
export function markdownText(text: string, length?: number): string {
  return visible(text, length).replace(SPECIAL, neutral);
}

/** A name in code type. References are decoded inside the element, and GitHub links nothing there. */
export function markdownCode(text: string, length?: number): string {
  return `<code>${visible(text, length)
    .replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) =>
      /^[-,./()%+;?−…]$/.test(character) ? character : `&#${character.codePointAt(0)};`,
    )
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)}</code>`;
}

/** Lines in a fenced block; the fence is longer than any run of backticks inside. */
export function markdownFence(lines: readonly string[], language: string, indent: string = ''): string[] {
  const shown = lines.map((line) => visible(line, 2000));
  const longest = Math.max(2, ...shown.flatMap((line) => [...line.matchAll(/`+/g)].map((run) => run[0].length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...shown, fence].map((line) => indent + line);
}
