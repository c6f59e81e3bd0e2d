import { TextSearch } from '#wasm/data-scan';

/**
 * Literal texts with which everything begins that the rules look for in data: one pass over a region finds them all,
 * and what is costly (a regular expression, a decoder) runs only where one of them stands.
 */
export const ANCHORS = [
  // Credentials, as their issuers begin them
  'AKIA',
  'ASIA',
  'ABIA',
  'ACCA',
  'ghp_',
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-',
  'gldt-',
  'glrt-',
  'glcbt-',
  'glptt-',
  'xoxa-',
  'xoxb-',
  'xoxe-',
  'xoxo-',
  'xoxp-',
  'xoxr-',
  'xoxs-',
  'hooks.slack.com/services/',
  'sk-proj-',
  'sk-ant-',
  'hf_',
  'GOCSPX-',
  'dckr_pat_',
  'hvs.',
  'AGE-SECRET-KEY-1',
  'shpat_',
  'ATATT3',
  'sk_live_',
  'rk_live_',
  'AIza',
  'npm_',
  'pypi-AgEI',
  'SG.',
  'dop_v1_',
  'doo_v1_',
  'dor_v1_',
  'AccountKey=',
  '.eyJ',
  '-----BEGIN ',
  'postgres',
  'mysql://',
  'mariadb://',
  'mongodb',
  'redis',
  'amqp',
  // Words before a credential
  'api_key',
  'apikey',
  'api-key',
  'API_KEY',
  'APIKEY',
  'apiKey',
  'secret',
  'SECRET',
  'Secret',
  'token',
  'TOKEN',
  'Token',
  'passw',
  'PASSW',
  'Passw',
  // Addresses
  '://',
  '.onion',
  'stratum+',
  // Paths of build machines and registries
  '/home/',
  '/Users/',
  '/root/.',
  ':\\Users\\',
  '/usr/local/cargo/registry/',
  '/private/var/folders/',
  '/__w/',
  'registry/src/',
  // Libraries
  '\x30\x77\xaf\x0c\x92\x74\x08\x02',
  'deflate ',
  'inflate ',
  'OpenSSL ',
  'libpng version ',
  'libjpeg-turbo version ',
  'expat_',
  // Programs, archives, scripts
  '\0asm',
  '\x7fELF',
  'MZ',
  '\xcf\xfa\xed\xfe',
  '\x1f\x8b\x08',
  'PK\x03\x04',
  'PK\x05\x06',
  '\xfd7zXZ\0',
  '7z\xbc\xaf\x27\x1c',
  '\x28\xb5\x2f\xfd',
  '1AY&SY',
  'Rar!\x1a\x07',
  'ustar',
  '\xca\xfe\xba\xbe',
  'dex\n0',
  'AGFzbQ',
  'f0VMRg',
  'TVqQAA',
  'H4sIA',
  'UEsDB',
  '#!/',
  'powershell',
  // Hashes and mining
  '\x98\x2f\x8a\x42\x91\x44\x37\x71',
  '\x82\x80\x00\x00\x00\x00\x00\x00\x8a\x80\x00\x00',
  '\x08\xc9\xbc\xf3\x67\xe6\x09\x6a',
  '\x63\x7c\x77\x7b\xf2\x6b\x6f\xc5',
  'cryptonight',
  'CryptoNight',
  'randomx',
  'RandomX',
  '"mining.',
] as const;

export type Anchor = (typeof ANCHORS)[number];

/** Where each anchor stands in a text. */
export type AnchorPositions = ReadonlyMap<string, readonly number[]>;

/** Positions kept for one anchor: hostile data may repeat one without end. */
const MAX_POSITIONS = 500_000;
const NONE: readonly number[] = [];

/** Anchors that are looked for as wide text too: how programs and archives begin in base64. */
const WIDE = ['AGFzbQ', 'f0VMRg', 'TVqQAA', 'H4sIA', 'UEsDB'] as const satisfies readonly Anchor[];
export type WideAnchor = (typeof WIDE)[number];

/** An anchor with zeros between its letters: from its first to its last one the same in both byte orders. */
export function wideForm(anchor: WideAnchor, width: 2 | 4): string {
  return anchor.split('').join('\0'.repeat(width - 1));
}

const SEARCHED: readonly string[] = [
  ...ANCHORS,
  ...WIDE.flatMap((anchor) => [wideForm(anchor, 2), wideForm(anchor, 4)]),
];
let search: TextSearch | undefined;

/** Finds every anchor in one pass over bytes; positions are those of the Latin-1 text too. */
export function findAnchors(bytes: Uint8Array): AnchorPositions {
  search ??= new TextSearch(SEARCHED);
  const found = new Map<string, number[]>();
  search.find(bytes, (index, position) => {
    const anchor = SEARCHED[index] ?? '';
    const positions = found.get(anchor);
    if (positions === undefined) found.set(anchor, [position]);
    else if (positions.length < MAX_POSITIONS) positions.push(position);
  });
  return found;
}

/** Bytes as text that is made when it is read, and where anchors stand in it. */
export interface AnchoredText {
  readonly text: string;
  readonly anchors: AnchorPositions;
}

/** Every match of a sticky expression that begins at an anchor; matches at one anchor do not overlap. */
export function matchesAt(source: AnchoredText, wanted: readonly Anchor[], pattern: RegExp): Iterable<RegExpExecArray> {
  return source.anchors.size === 0 ? NO_MATCHES : searched(source, wanted, pattern);
}

const NO_MATCHES: readonly RegExpExecArray[] = [];

function* searched(source: AnchoredText, wanted: readonly Anchor[], pattern: RegExp): Generator<RegExpExecArray> {
  for (const anchor of wanted) {
    let end = 0;
    for (const position of source.anchors.get(anchor) ?? NONE) {
      if (position < end) continue;
      pattern.lastIndex = position;
      const match = pattern.exec(source.text);
      if (match === null) continue;
      end = position + match[0].length;
      yield match;
    }
  }
}
