import { listed, quote } from './clip.ts';
import type { Region } from './regions.ts';
import type { ReadRule } from './rule.ts';

const UNUSUAL =
  /stratum(?:\+(?:tcp|ssl|tls|udp))?:\/\/[\w.-]{3,100}|\b[a-z2-7]{56}\.onion\b|\b[a-z2-7]{16}\.onion\b|(?:https?|wss?|ftp|tcp|udp):\/\/(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?|\b(?:\d{1,3}\.){3}\d{1,3}:\d{2,5}\b/gi;

const MAX_FOUND = 100;

/** Mining pools, onion services, and public addresses given as numbers. */
function unusualIn(regions: readonly Region[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const region of regions) {
    for (const match of region.text.matchAll(UNUSUAL)) {
      const text = match[0].toLowerCase();
      const octets = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/.exec(text)?.slice(1).map(Number);
      if (octets !== undefined && !isPublic(octets)) continue;
      if (found.size < MAX_FOUND && !found.has(text)) found.set(text, region.offsetAt(match.index));
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
