import { createHash } from 'node:crypto';
import { base64Runs } from '#wasm/data-scan';
import type { Region } from './regions.ts';
import { wideText } from './regions.ts';
import { type AnchorPositions, findAnchors, matchesAt } from './anchors.ts';
import { isPlaceholder, SECRET_PATTERNS } from './secret-patterns.ts';

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
/** Letters of base64 that could hold a credential. */
const BASE64_RUN = 40;
/** Longest and total base64 text that is decoded in search of secrets. */
const MAX_BASE64_RUN = 64 * 1024;
const MAX_BASE64_TOTAL = 512 * 1024;

/** Credentials in plain text, in UTF-16, and one layer deep in base64; each once. */
export function findSecrets(regions: readonly Region[]): Secret[] {
  const found = new Map<string, Secret>();
  let decoded = 0;
  for (const region of regions) {
    const add = (
      text: string,
      anchors: AnchorPositions,
      at: (index: number) => number,
      encoding: Secret['encoding'],
    ) => {
      for (const { kind, value, index } of secretsIn(text, anchors)) {
        const hash = createHash('sha256').update(value).digest('hex').slice(0, 16);
        if (found.size >= MAX_SECRETS || found.has(hash)) continue;
        const shown = `${value.slice(0, 4).replace(/[^\x21-\x7e]/g, '.')}… (${value.length} characters)`;
        found.set(hash, { kind, shown, hash, offset: region.offsetAt(at(index)), encoding, region });
      }
    };
    add(region.text, region.anchors, (index) => index, 'plain');
    if (region.kind !== 'nested') {
      for (const wide of wideText(region))
        add(wide.text, findAnchors(Buffer.from(wide.text, 'latin1')), (index) => wide.position + 2 * index, 'UTF-16');
    }
    for (const [start, end] of base64Runs(region.bytes, BASE64_RUN)) {
      const text = region.text.slice(start, Math.min(end, start + MAX_BASE64_RUN));
      if (decoded + text.length > MAX_BASE64_TOTAL) break;
      decoded += text.length;
      const plain = Buffer.from(text, 'base64');
      const anchors = findAnchors(plain);
      if (anchors.size > 0) add(plain.toString('latin1'), anchors, () => start, 'base64');
    }
  }
  return [...found.values()];
}

function* secretsIn(text: string, found: AnchorPositions): Generator<{ kind: string; value: string; index: number }> {
  if (found.size === 0) return;
  for (const { name, anchors, pattern } of SECRET_PATTERNS) {
    for (const match of matchesAt(text, found, anchors, pattern)) {
      if (!isPlaceholder(match[0])) yield { kind: name, value: match[0], index: match.index };
    }
  }
}
