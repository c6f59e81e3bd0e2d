import fc from 'fast-check';
import type { ForeignNames } from './samples.ts';

/** Names as somebody would choose them to break out of a report. */
export const HOSTILE_NAMES: readonly string[] = [
  '</code></details><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '`` `code` ``` \n```\n# heading',
  '| cell | cell |\n|---|---|',
  '[link](javascript:alert(1)) ![image](https://evil.example/x.png)',
  '<https://evil.example> https://evil.example www.evil.example a@evil.example @octocat #1 GH-1',
  '**bold** __bold__ *it* ~~gone~~ $x^2$ ==mark==',
  '&lt;b&gt; &#60;i&#62; &amp;',
  '\u202egnp.exe\u2066 \u200b\u0000\u001b[31m\r\n::error::x',
  '%0A::set-output name=a::b',
  '"><style>*{display:none}</style>',
  "'; DROP TABLE plugins; --",
  '<!-- comment --> <![CDATA[ x ]]> <?php ?>',
  '- [ ] task\n> quote\n1. one\n---\n===',
  '[^1]: footnote [^1]',
  '\\`\\<\\|',
  '-->]]></svg><svg onload=alert(1)>',
];

const PIECES = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '`',
  '|',
  '\n',
  '\r',
  '[',
  ']',
  '(',
  ')',
  '!',
  '*',
  '_',
  '~',
  '\\',
  '#',
  '@',
  ':',
  '//',
  'www.',
  'http:',
  '-',
  '<b>',
  '</details>',
  '<!--',
  '\u202e',
  'ab',
  ' ',
  '=',
  '+',
  '1.',
  '$',
  '{',
  '}',
  '%',
  ',',
  ';',
];

/** A name that is likely to be trouble. Never empty, so that what is shown stays the same shape. */
export const hostileName: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...HOSTILE_NAMES),
    fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  )
  .map((text) => `x${text.slice(0, 200)}`);

export const hostileNames: fc.Arbitrary<ForeignNames> = fc.record({
  file: hostileName,
  importModule: hostileName.map((text) => text.replace(/[\s.]/g, '')),
  importName: hostileName.map((text) => text.replace(/\s/g, '')),
  exportName: hostileName,
  section: hostileName,
  message: hostileName,
  toolchain: hostileName,
});
