import { listed, quote } from './clip.ts';
import { matchesAt } from './anchors.ts';
import type { Region } from './regions.ts';
import type { ReadRule } from './rule.ts';

const POOL = /stratum\+(?:tcp|ssl|tls|udp):\/\/[\w.-]{3,100}/y;
const NUMERIC = /:\/\/(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.])/y;
/** Without its first digits: beginning with one fixed digit and a dot, the search stays fast over binary data. */
const WITH_PORT = /\d\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{2,5}\b/g;
/** Onion services have names of 16 or 56 characters of base32 in front of the anchor, and none before those. */
const ONION_LENGTHS: readonly number[] = [16, 56];

const MAX_FOUND = 100;

/** Mining pools, onion services, and public addresses given as numbers. */
function unusualIn(regions: readonly Region[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const region of regions) {
    const add = (text: string, position: number) => {
      if (!found.has(text)) found.set(text, region.offsetAt(position));
    };
    for (const match of matchesAt(region, ['stratum+'], POOL)) {
      if (found.size >= MAX_FOUND) return found;
      add(match[0], match.index);
    }
    for (const match of matchesAt(region, ['://'], NUMERIC)) {
      if (found.size >= MAX_FOUND) return found;
      const text = match[0].slice('://'.length);
      // The same address may stand in a hundred thousand places.
      if (!found.has(text) && isPublic(text)) add(text, match.index);
    }
    for (const match of region.text.matchAll(WITH_PORT)) {
      if (found.size >= MAX_FOUND) return found;
      const head = /\d{0,2}$/.exec(region.text.slice(Math.max(0, match.index - 2), match.index))?.[0] ?? '';
      const text = `${head}${match[0]}`;
      if (isPublic(text)) add(text, match.index - head.length);
    }
    for (const position of region.anchors.get('.onion') ?? []) {
      if (found.size >= MAX_FOUND) return found;
      const length = base32Before(region.text, position);
      if (!ONION_LENGTHS.includes(length)) continue;
      const start = position - length;
      add(region.text.slice(start, position + '.onion'.length).toLowerCase(), start);
    }
  }
  return found;
}

/** How many letters of base32 stand in front of a position; counting ends where there are more than a name has. */
function base32Before(text: string, position: number): number {
  let start = position;
  for (; start > 0 && position - start <= 56; start--) {
    const code = text.charCodeAt(start - 1);
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (!isLetter && !(code >= 0x32 && code <= 0x37)) break;
  }
  return position - start;
}

/** Whether an address, its port behind it or not, is routable, and not private, documentation or loopback (RFC 6890). */
function isPublic(address: string): boolean {
  const octets = (address.split(':')[0] ?? '').split('.').map(Number);
  const [a = 256, b = 0, c = 0] = octets;
  if (octets.some((octet) => octet > 255)) return false;
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  if ((a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32)) return false;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) return false;
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false;
  return !(a === 203 && b === 0 && c === 113);
}

export const unusualAddress: ReadRule = {
  info: {
    id: 'ASY321',
    name: 'unusual-address',
    row: 32,
    short: 'The module names a mining pool, an onion service or a bare IP address',
    help: 'Few plugins have a reason to. By itself this informs; it asks a person when it is new since the last approved version (ASY322) or stands beside another signal (ASY412).',
    certainty: 'heuristic',
    level: 'note',
    action: 'Say what the address is for, or take it out.',
    since: '1',
  },
  read: ({ regions }) => {
    const found = unusualIn(regions);
    if (found.size === 0) return [];
    return [
      {
        message: `names ${listed([...found.keys()].map((text) => quote(text)))}`,
        locations: [...found].map(([, offset]) => ({ offset })),
        extent: [...found.keys()],
      },
    ];
  },
};
