import { component, customSection, noise, withCustom } from '../audited.ts';
import { fires, type RuleCase, silent, withData } from './case.ts';

// Made up, and put together here so that nobody's scanner takes them for real ones.
const TOKEN = `gh${'p_'}${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5'}`;
const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

// Joined here like the others: nobody issued it.
const WEB_TOKEN = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJhY21lLWNvcnAifQ', 'q8ZrT2vLx0WmN4kYb7HsJd'].join('.');

export const CONTENT_CASES: readonly RuleCase[] = [
  fires('ASY60', 'a section whose size is padded', () => Buffer.concat([HEADER, Uint8Array.of(1, 0x81, 0x80, 0, 0)])),
  silent('ASY60', 'the same section, not padded', () => Buffer.concat([HEADER, Uint8Array.of(1, 1, 0)])),

  fires('ASY70', 'a custom section that stands twice', () =>
    withCustom('(module)', customSection('notes', 'a'), customSection('notes', 'b')),
  ),
  fires(
    'ASY70',
    'a producers section that does not decode',
    () => withCustom('(module)', customSection('producers', '\xff')),
    {
      says: 'malformed',
    },
  ),
  silent('ASY70', 'two custom sections', () =>
    withCustom('(module)', customSection('a', 'a'), customSection('b', 'b')),
  ),

  fires(
    'ASY71',
    'a custom section that looks encrypted',
    () => withCustom('(module)', customSection('blob', noise(40_000))),
    {
      says: 'compressed or encrypted',
    },
  ),
  silent('ASY71', 'a short note', () => withCustom('(module)', customSection('notes', 'built on a Sunday'))),

  fires('ASY310', 'a token in data', withData(`token=${TOKEN}`), { says: 'GitHub token' }),
  fires('ASY310', 'a token in UTF-16', withData(Array.from(TOKEN, (character) => `${character}\0`).join('')), {
    says: 'UTF-16',
  }),
  fires('ASY310', 'a token in base64', withData(Buffer.from(`some text before ${TOKEN}`).toString('base64')), {
    says: 'base64',
  }),
  fires(
    'ASY310',
    'a token split over two segments that lie next to each other',
    `(module (memory 1 2) (data (i32.const 20) "${TOKEN.slice(10)}") (data (i32.const 10) "${TOKEN.slice(0, 10)}"))`,
  ),
  fires('ASY310', 'a token in a custom section', () => withCustom('(module)', customSection('config', TOKEN)), {
    says: 'custom section',
  }),
  silent('ASY310', 'a digest in hexadecimal', withData(Buffer.from(noise(32)).toString('hex'))),
  silent(
    'ASY310',
    'numbers in code that are no text',
    `(module (func (export "run") (result i64) (i64.add (i64.const ${2n ** 62n}) (i64.const -${2n ** 62n}))))`,
  ),
  fires('ASY310', 'a web token right behind other text', withData(`issuer${WEB_TOKEN}`), { says: 'JSON web token' }),
  silent(
    'ASY310',
    'the web token that documentation shows',
    withData(
      ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ', 'q8ZrT2vLx0WmN4kYb7HsJd'].join('.'),
    ),
  ),
  silent('ASY310', 'first parts of web tokens without a second', withData('eyJhbGciOiJIUzI1NiJ9'.repeat(20))),
  silent('ASY310', 'a placeholder', withData(`gh${'p_'}${'x'.repeat(36)}`)),
  silent('ASY310', 'ordinary text', withData('the quick brown fox jumps over the lazy dog')),

  fires('ASY311', 'random text behind a telling word', withData('api_key = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1"')),
  silent('ASY311', 'a sentence behind it', withData('password: please enter your password here')),

  fires('ASY320', 'an address', withData('see https://plugins.acme-corp.dev/help'), { says: 'plugins.acme-corp.dev' }),
  silent('ASY320', 'the address of a namespace', withData('http://www.w3.org/2000/svg')),

  fires('ASY321', 'a mining pool', withData('stratum+tcp://pool.acme-corp.dev:3333')),
  fires('ASY321', 'a public IP address with a port', withData('connect 45.33.32.156:4444 now')),
  silent('ASY321', 'a loopback address, a version', withData('127.0.0.1:8080 and 1.2.3.4 of the format')),

  fires('ASY330', 'a home folder', withData('/home/ann/work/plugin/src/lib.rs')),
  silent('ASY330', 'a remapped path', withData('/src/lib.rs')),

  fires('ASY340', 'a name section', () => withCustom('(module)', customSection('name', Uint8Array.of(0, 2, 1, 0x61)))),
  fires(
    'ASY340',
    'names in a module inside a component',
    async () => {
      const inner = await withCustom('(module)', customSection('name', Uint8Array.of(0, 2, 1, 0x61)));
      return Buffer.concat([component([]), Uint8Array.of(1, inner.length), inner]);
    },
    { says: '9 bytes' },
  ),
  silent('ASY340', 'a stripped module', '(module)'),
];
