import { createHash } from 'node:crypto';
import { type AnchoredText, findAnchors, matchesAt } from './anchors.ts';
import { DecodingBudget, readingsOf } from './encodings.ts';
import type { Region } from './regions.ts';
import { isPlaceholder, SECRET_PATTERNS } from './secret-patterns.ts';

export interface Secret {
  readonly kind: string;
  /** Enough to recognise it, never enough to use it. */
  readonly shown: string;
  readonly hash: string;
  readonly offset: number;
  /** `plain`, or how it was written: `UTF-16`, `base64`, … */
  readonly encoding: string;
  readonly region: Region;
}

const MAX_SECRETS = 200;

/** Credentials in plain text, as wide text, and in base64 or hexadecimal; each once. */
export function findSecrets(regions: readonly Region[]): Secret[] {
  const found = new Map<string, Secret>();
  /** Values that were found, since one may stand in a hundred thousand places. */
  const known = new Set<string>();
  const budget = new DecodingBudget();
  for (const region of regions) {
    if (found.size >= MAX_SECRETS) break;
    const add = (source: AnchoredText, at: (index: number) => number, encoding: string) => {
      for (const { kind, value, index } of secretsIn(source)) {
        if (found.size >= MAX_SECRETS) return;
        if (known.has(value) || isPlaceholder(value)) continue;
        known.add(value);
        const hash = createHash('sha256').update(value).digest('hex').slice(0, 16);
        if (found.has(hash)) continue;
        const shown = `${value.slice(0, 4).replace(/[^\x21-\x7e]/g, '.')}… (${value.length} characters)`;
        found.set(hash, { kind, shown, hash, offset: region.offsetAt(at(index)), encoding, region });
      }
    };
    if (region.anchors.size > 0) add(region, (index) => index, 'plain');
    // Names are many and hold no strings in other forms; what code writes was a string before.
    if (region.kind === 'symbols' || region.kind === 'names' || region.kind === 'code') continue;
    for (const { bytes, encoding, at } of readingsOf(region, budget)) {
      const anchors = findAnchors(bytes);
      if (anchors.size > 0) add({ text: bytes.toString('latin1'), anchors }, at, encoding);
    }
  }
  return [...found.values()];
}

function* secretsIn(source: AnchoredText): Generator<{ kind: string; value: string; index: number }> {
  for (const { name, anchors, pattern } of SECRET_PATTERNS) {
    for (const match of matchesAt(source, anchors, pattern)) {
      yield { kind: name, value: match[0], index: match.index };
    }
  }
}
