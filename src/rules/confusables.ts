/** Characters that look like an ASCII letter or digit in common fonts (Unicode TR39, the part that names use). */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    е: 'e',
    о: 'o',
    р: 'p',
    с: 'c',
    у: 'y',
    х: 'x',
    і: 'i',
    ј: 'j',
    ѕ: 's',
    һ: 'h',
    ԁ: 'd',
    ԛ: 'q',
    ԝ: 'w',
    ɡ: 'g',
    ո: 'n',
    ս: 'u',
    օ: 'o',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    α: 'a',
    ι: 'i',
    κ: 'k',
    τ: 't',
    υ: 'u',
    χ: 'x',
    ı: 'i',
    ł: 'l',
    ß: 'b',
    ⅼ: 'l',
    ⅰ: 'i',
    ｅ: 'e',
    ɑ: 'a',
    ɩ: 'i',
    ʋ: 'v',
    ӏ: 'l',
    ѡ: 'w',
    ѵ: 'v',
    հ: 'h',
    յ: 'j',
    ց: 'g',
    զ: 'q',
    ᴄ: 'c',
    ᴏ: 'o',
    ᴠ: 'v',
    ᴡ: 'w',
    ᴢ: 'z',
    // Capitals of which the small letters look different.
    В: 'b',
    К: 'k',
    М: 'm',
    Н: 'h',
    Т: 't',
    Ү: 'y',
    Ԍ: 'g',
    Β: 'b',
    Ε: 'e',
    Ζ: 'z',
    Η: 'h',
    Μ: 'm',
    Ν: 'n',
    Υ: 'y',
    Ս: 'u',
    Լ: 'l',
    '‐': '-',
    '‑': '-',
    '–': '-',
    '−': '-',
    '․': '.',
    '⁄': '/',
    '∕': '/',
    ː: ':',
    '։': ':',
    '﹕': ':',
    ˍ: '_',
  }),
);

/** Scripts whose letters are for a good part those of ASCII again; hardly a word mixes the two. */
const BORROWED = /[\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Deseret}\p{Script=Lisu}]/u;

function lookedLike(character: string): string | undefined {
  return LOOKS_LIKE.get(character) ?? LOOKS_LIKE.get(character.toLowerCase());
}

/** The name with look-alikes, full-width forms and accents folded, and case ignored. */
export function skeleton(name: string): string {
  if (/^[ -~]*$/.test(name)) return name.toLowerCase();
  const folded = Array.from(name.normalize('NFKD'), (character) => lookedLike(character) ?? character.toLowerCase());
  return folded.join('').replace(/[\p{M}\p{Cf}\p{Cc}]/gu, '');
}

/** Letters of the Latin script that are near others, but that words are really spelt with. */
const OWN_LETTERS: ReadonlySet<string> = new Set(['ß', 'ł', 'Ł', 'ı']);

/** What makes a name deceptive to read, in words; undefined for a name that shows what it is. */
export function deceptive(name: string): string | undefined {
  // Modules have tens of thousands of exports, nearly all of them named like this, and texts as names of imports.
  if (/^[!-~]*$/.test(name) || /^[!-~]+(?: +[!-~]+)*$/.test(name)) return undefined;
  if (/[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/u.test(name))
    return 'characters that change the reading direction';
  if (/[\u0000-\u001F\u007F-\u009F]/u.test(name)) return 'control characters';
  if (/\p{Default_Ignorable_Code_Point}/u.test(name)) return 'invisible characters';
  if (/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]|^\s|\s$/u.test(name)) return 'unusual or outer white space';
  if (name.normalize('NFKC') !== name) return 'characters that stand for others';
  const foreign = Array.from(name).filter((character) => character > '\x7f' && !OWN_LETTERS.has(character));
  const alike = foreign.filter((character) => lookedLike(character) !== undefined);
  // Beside ASCII letters one look-alike deceives; by itself a word does only when every letter of it is one.
  const deceives = /[a-z]/i.test(name)
    ? alike.length > 0 || BORROWED.test(name)
    : alike.length > 0 && alike.length === foreign.length;
  return deceives ? 'characters that look like ASCII and are not' : undefined;
}
