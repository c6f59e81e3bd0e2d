import { createHash } from 'node:crypto';
import type { Region } from './regions.ts';
import { wideText } from './regions.ts';
import { isPlaceholder, SECRET_ANCHORS, SECRET_PATTERNS } from './secret-patterns.ts';

export interface Secret {
  readonly kind: string;
  /** Enough to recognise it, never enough to use it. */
  readonly shown: string;
  readonly hash: string;
  readonly offset: number;
  readonly encoding: 'plain' | 'UTF-16' | 'base64';
  readonly region: Region;
}

const MAX_SECRETS = 200;
/** Longest and total base64 text that is decoded in search of secrets. */
const MAX_BASE64_RUN = 64 * 1024;
const MAX_BASE64_TOTAL = 4 * 1024 * 1024;

/** Credentials in plain text, in UTF-16, and one layer deep in base64; each once. */
export function findSecrets(regions: readonly Region[]): Secret[] {
  const found = new Map<string, Secret>();
  let decoded = 0;
  for (const region of regions) {
    const add = (text: string, at: (index: number) => number, encoding: Secret['encoding']) => {
      for (const { kind, value, index } of secretsIn(text)) {
        const hash = createHash('sha256').update(value).digest('hex').slice(0, 16);
        if (found.size >= MAX_SECRETS || found.has(hash)) continue;
        const shown = `${value.slice(0, 4).replace(/[^\x21-\x7e]/g, '.')}… (${value.length} characters)`;
        found.set(hash, { kind, shown, hash, offset: region.offsetAt(at(index)), encoding, region });
      }
    };
    add(region.text, (index) => index, 'plain');
    if (region.kind !== 'nested') {
      for (const wide of wideText(region)) add(wide.text, (index) => wide.position + 2 * index, 'UTF-16');
    }
    for (const match of region.text.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)) {
      const text = match[0].slice(0, MAX_BASE64_RUN);
      if (decoded + text.length > MAX_BASE64_TOTAL) break;
      decoded += text.length;
      add(Buffer.from(text, 'base64').toString('latin1'), () => match.index, 'base64');
    }
  }
  return [...found.values()];
}

function* secretsIn(text: string): Generator<{ kind: string; value: string; index: number }> {
  if (!SECRET_ANCHORS.test(text)) return;
  for (const { name, pattern } of SECRET_PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      if (!isPlaceholder(match[0])) yield { kind: name, value: match[0], index: match.index };
    }
  }
}
