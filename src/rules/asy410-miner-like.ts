import type { Anchor } from './anchors.ts';
import type { ReadRule } from './rule.ts';

/** Share of exclusive or, shifts and rotations among all operators; hash loops lie above, ordinary code below 8 %. */
const DENSE = 0.15;
const ENOUGH = 2_000;

/** First round constants and initial words of hashes that miners use, little-endian: SHA-256, Keccak, BLAKE2b. */
const CONSTANTS: readonly { readonly name: string; readonly text: Anchor }[] = [
  { name: 'SHA-256', text: '\x98\x2f\x8a\x42\x91\x44\x37\x71' },
  {
    name: 'Keccak',
    text: '\x82\x80\x00\x00\x00\x00\x00\x00\x8a\x80\x00\x00',
  },
  { name: 'BLAKE2b', text: '\x08\xc9\xbc\xf3\x67\xe6\x09\x6a' },
  { name: 'AES', text: '\x63\x7c\x77\x7b\xf2\x6b\x6f\xc5' },
];

/** Words of mining protocols and algorithms. */
const POOL_WORDS: readonly Anchor[] = ['stratum+', 'cryptonight', 'CryptoNight', 'randomx', 'RandomX', '"mining.'];

export const minerLike: ReadRule = {
  info: {
    id: 'ASY410',
    name: 'miner-like',
    row: 41,
    short: 'The code is dense in the operators of hashing, with tables of several hashes',
    help: 'Cryptographic libraries look the same (argon2, blake3 and secp256k1 are the benign controls), so this informs. It asks a person only when it is new since the last approved version or stands beside another signal (ASY412).',
    certainty: 'heuristic',
    level: 'note',
    action: 'Say which cryptography the plugin does, and why.',
    since: '1',
  },
  read: ({ facts, regions }) => {
    const share = (facts.counts.bitwise ?? 0) / Math.max(1, facts.counts.operators);
    const names = CONSTANTS.filter(({ text }) => regions.some((region) => region.anchors.has(text))).map(
      ({ name }) => name,
    );
    const pools = regions.some((region) => POOL_WORDS.some((word) => region.anchors.has(word)));
    const dense = facts.counts.operators >= ENOUGH && share >= DENSE;
    if (!pools && !(dense && names.length >= 2)) return [];
    const why = [
      ...(dense ? [`${Math.round(100 * share)} % of the operators are xor, shifts and rotations`] : []),
      ...(names.length > 0 ? [`tables of ${names.join(', ')}`] : []),
      ...(pools ? ['words of a mining protocol'] : []),
    ];
    return [
      {
        message: `looks like a miner: ${why.join('; ')}`,
        extent: [...names, ...(pools ? ['pool'] : []), ...(dense ? ['dense'] : [])],
      },
    ];
  },
};
