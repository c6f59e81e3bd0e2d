import { listed, quote } from './clip.ts';
import { matchesAt } from './anchors.ts';
import type { Region } from './regions.ts';
import type { ReadRule } from './rule.ts';

const POOL = /stratum\+(?:tcp|ssl|tls|udp):\/\/[\w.-]{3,100}/y;
const NUMERIC = /:\/\/(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.])/y;
/** Without its first digits: beginning with one fixed digit and a dot, the search stays fast over binary data. */
const WITH_PORT = /\d\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{2,5}\b/g;
/** Onion services have names of 16 or 56 characters in front of the anchor. */
const ONION = /(?<![a-z2-7])(?:[a-z2-7]{16}|[a-z2-7]{56})\.onion$/i;
const ONION_LENGTH = 57 + '.onion'.length;

const MAX_FOUND = 100;

/** Mining pools, onion services, and public addresses given as numbers. */
function unusualIn(regions: readonly Region[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const region of regions) {
    const add = (text: string, position: number) => {
      if (found.size < MAX_FOUND && !found.has(text)) found.set(text, region.offsetAt(position));
    };
    for (const match of matchesAt(region, ['stratum+'], POOL)) add(match[0], match.index);
    for (const match of matchesAt(region, ['://'], NUMERIC)) {
      const octets = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/.exec(match[0])?.slice(1).map(Number) ?? [];
      if (isPublic(octets)) add(match[0].slice('://'.length), match.index);
    }
    for (const match of region.text.matchAll(WITH_PORT)) {
      const head = /\d{0,2}$/.exec(region.text.slice(Math.max(0, match.index - 2), match.index))?.[0] ?? '';
      const text = `${head}${match[0]}`;
      if (isPublic((text.split(':')[0] ?? '').split('.').map(Number))) add(text, match.index - head.length);
    }
    for (const position of region.anchors.get('.onion') ?? []) {
      const end = position + '.onion'.length;
      const name = ONION.exec(region.text.slice(Math.max(0, end - ONION_LENGTH), end))?.[0];
      if (name !== undefined) add(name.toLowerCase(), end - name.length);
    }
  }
  return found;
}

/** Whether four octets are a routable address, and not a private, documentation or loopback one (RFC 6890). */
function isPublic(octets: readonly number[]): boolean {
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
