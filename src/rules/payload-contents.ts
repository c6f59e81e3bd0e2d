import type { Payload } from './payloads.ts';
import type { Region } from './regions.ts';
import { shortHash } from './rule.ts';

/**
 * What payloads of one region consist of: for each kind, digests of their bytes. An acceptance then holds for these
 * bytes only, while the data around them may change as it does from one version to the next. Where a format does not
 * say how long a payload is, it is taken to reach to the region's end. What lies inside another payload is covered by
 * the digest of that one, so that no byte is hashed twice.
 */
export function payloadContents(region: Region, payloads: readonly Payload[]): ReadonlyMap<string, readonly string[]> {
  const contents = new Map<string, string[]>();
  let covered = 0;
  for (const { kind, position, end = region.bytes.length } of payloads.toSorted((a, b) => a.position - b.position)) {
    if (end <= covered) continue;
    const digests = contents.get(kind) ?? [];
    contents.set(kind, digests);
    digests.push(shortHash(region.bytes.subarray(Math.max(position, covered), end)));
    covered = end;
  }
  return contents;
}
