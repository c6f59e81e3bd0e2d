import { visible } from './visible-text.ts';

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML and SVG, inside an element or a quoted attribute; characters that would not be seen are written out. */
export function htmlText(text: string, length?: number): string {
  return visible(text, length).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? character);
}

/** A name in code type, kept apart from the text around it whatever its reading direction. */
export function htmlCode(text: string, length?: number): string {
  return `<code>${htmlText(text, length)}</code>`;
}
