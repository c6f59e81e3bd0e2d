import { createHash } from 'node:crypto';
import { matchesAt } from './anchors.ts';
import type { Draft, ReadRule } from './rule.ts';
import { entropy, isPlaceholder } from './secret-patterns.ts';

const WORDS = [
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
] as const;
const NAMED =
  /(?:api[_-]?key|secret(?:[_-]?key)?|token|passw(?:or)?d)["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z0-9+/_-]{20,120})/iy;
/** Bits a character; English words and identifiers stay below, random base64 above. */
const RANDOM = 4;

export const possibleSecret: ReadRule = {
  info: {
    id: 'ASY311',
    name: 'possible-secret',
    row: 31,
    short: 'Random-looking text follows a word such as password or api_key',
    help: 'A key or password without a form of its own is told only by the word before it and by its entropy, so this informs.',
    certainty: 'heuristic',
    level: 'note',
    action: 'If it is a credential, revoke it and build without it.',
    since: '1',
  },
  read: ({ regions }) => {
    const drafts: Draft[] = [];
    for (const region of regions) {
      if (region.kind === 'nested') continue;
      for (const match of matchesAt(region, WORDS, NAMED)) {
        const value = match[1] ?? '';
        if (entropy(value) < RANDOM || isPlaceholder(value)) continue;
        const hash = createHash('sha256').update(value).digest('hex').slice(0, 16);
        drafts.push({
          subject: hash,
          message: `random-looking text of ${value.length} characters follows "${match[0].slice(0, match[0].length - value.length).replace(/[^\x20-\x7e]/g, '.')}"`,
          locations: [{ offset: region.offsetAt(match.index), section: region.kind }],
          extent: [hash],
        });
        if (drafts.length >= 50) return drafts;
      }
    }
    return drafts;
  },
};
