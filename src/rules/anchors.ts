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
  'eyJ',
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
  '\xfd7zXZ\0',
  '7z\xbc\xaf\x27\x1c',
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

interface Candidate {
  readonly anchor: Anchor;
  /** How far from the anchor's beginning the pair stands. */
  readonly back: number;
}

/** Pairs of letters that are frequent in English: no good to tell an anchor by. */
const FREQUENT =
  /^(?:\0\0|th|he|in|er|an|re|on|at|en|nd|ti|es|or|te|of|ed|is|it|al|ar|st|to|nt|ng|se|ha|as|ou|io|le|ve|co|me|de|hi|ri|ro|ic|ne|ea|ra|ce|li|ch|ll|be|ma|si|om|ur)$/;

/**
 * Anchors by two neighbouring pairs of their bytes. Whatever its place, one of the two begins at an even address, so
 * only every second address has to be looked at. One byte says at once that no anchor holds a pair.
 */
const pairs = new Uint8Array(65_536);
const byPair: Candidate[][] = [[]];
const SHORT = ANCHORS.filter((anchor) => anchor.length < 3);
for (const anchor of ANCHORS) {
  if (anchor.length < 3) continue;
  const telling = tellingPlace(anchor);
  // The later place first, so that the positions of one anchor are found in ascending order.
  for (const back of [telling + 1, telling]) {
    const pair = pairAt(anchor, back);
    const known = pairs[pair] ?? 0;
    if (known === 0) {
      pairs[pair] = byPair.length;
      byPair.push([{ anchor, back }]);
    } else byPair[known]?.push({ anchor, back });
  }
}

// An anchor of two bytes that begins at an odd address shows its second one at an even address, before anything.
for (const anchor of SHORT) {
  const behind: Candidate = { anchor, back: 1 };
  const shared = byPair.length;
  byPair.push([behind]);
  for (let next = 0; next < 256; next++) {
    const pair = pairAt(`${anchor[1] ?? ''}${String.fromCharCode(next)}`, 0);
    const known = pairs[pair] ?? 0;
    if (known === 0) pairs[pair] = shared;
    else byPair[known]?.push(behind);
  }
  const pair = pairAt(anchor, 0);
  const known = pairs[pair] ?? 0;
  if (known === 0) {
    pairs[pair] = byPair.length;
    byPair.push([{ anchor, back: 0 }]);
  } else byPair[known]?.push({ anchor, back: 0 });
}

/** Where in an anchor the two neighbouring pairs stand that are least frequent in other text. */
function tellingPlace(anchor: Anchor): number {
  let best = 0;
  let least = 3;
  for (let place = 0; place + 3 <= anchor.length && least > 0; place++) {
    const frequent = [place, place + 1].filter((at) => FREQUENT.test(anchor.slice(at, at + 2))).length;
    if (frequent < least) [best, least] = [place, frequent];
  }
  return best;
}

/** Two bytes of a text as this machine reads them from memory. */
function pairAt(text: string, place: number): number {
  return new Uint16Array(Uint8Array.of(text.charCodeAt(place), text.charCodeAt(place + 1)).buffer)[0] ?? 0;
}

/** Finds every anchor in one pass over bytes; positions are those of the Latin-1 text too. */
export function findAnchors(bytes: Uint8Array): AnchorPositions {
  const found = new Map<string, number[]>();
  const add = (anchor: Anchor, position: number): void => {
    const positions = found.get(anchor);
    if (positions === undefined) found.set(anchor, [position]);
    else if (positions.length < MAX_POSITIONS) positions.push(position);
  };
  const odd = bytes.byteOffset & 1;
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset + odd, Math.max(0, bytes.length - odd) >> 1);
  for (let index = 0; index < words.length; index++) {
    const group = pairs[words[index] ?? 0] ?? 0;
    if (group === 0) continue;
    for (const { anchor, back } of byPair[group] ?? []) {
      const position = odd + 2 * index - back;
      if (standsAt(bytes, position, anchor)) add(anchor, position);
    }
  }
  const end = bytes.length - 2;
  for (const anchor of SHORT) {
    // What no pair covers: the very end, when it is the first half of none.
    if (odd + 2 * words.length === bytes.length - 1 && standsAt(bytes, end, anchor)) add(anchor, end);
  }
  return found;
}

function standsAt(bytes: Uint8Array, position: number, anchor: Anchor): boolean {
  if (position < 0 || position + anchor.length > bytes.length) return false;
  for (let index = 0; index < anchor.length; index++) {
    if (bytes[position + index] !== anchor.charCodeAt(index)) return false;
  }
  return true;
}

/** Every match of a sticky expression that begins at an anchor; matches at one anchor do not overlap. */
export function* matchesAt(
  text: string,
  anchors: AnchorPositions,
  wanted: readonly Anchor[],
  pattern: RegExp,
): Generator<RegExpExecArray> {
  for (const anchor of wanted) {
    let end = 0;
    for (const position of anchors.get(anchor) ?? NONE) {
      if (position < end) continue;
      pattern.lastIndex = position;
      const match = pattern.exec(text);
      if (match === null) continue;
      end = position + match[0].length;
      yield match;
    }
  }
}
