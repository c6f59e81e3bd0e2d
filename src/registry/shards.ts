import { canonicalJson } from '#model/canonical-json';
import { type Descriptor, digestOf, hexOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import { type Shard, ShardSchema, type Snapshot } from '#model/registry-documents';
import { LAYOUT, type LogicalPath, parseLogicalPath } from './layout.ts';
import { REGISTRY_LIMITS, SHARD_SPLIT_BYTES } from './limits.ts';
import { foldName } from './names.ts';

export type IndexEntry = Pick<Descriptor, 'digest' | 'size'>;
type ShardMap = Snapshot['shards'];

/**
 * The hex digits that say which shard lists a logical path: the beginning of sha256 over the folded path. Folding
 * brings names that could be confused into one shard, where a conflict is found without reading any other.
 */
export function shardPrefix(path: string, digits: 2 | 4): string {
  return hexOf(digestOf(foldName(path))).slice(0, digits);
}

/** The shard that lists the path, or would list it: of the second level where the first level's is split. */
export function locateShard(shards: ShardMap, path: string): { prefix: string; entry: IndexEntry | undefined } {
  const first = shardPrefix(path, 2);
  const second = shardPrefix(path, 4);
  const entry = shards[first];
  if (entry !== undefined) return { prefix: first, entry };
  if (shards[second] !== undefined || isSplit(shards, first)) return { prefix: second, entry: shards[second] };
  return { prefix: first, entry: undefined };
}

function isSplit(shards: ShardMap, first: string): boolean {
  return Object.keys(shards).some((prefix) => prefix.length === 4 && prefix.startsWith(first));
}

/** Throws INDEX_INVALID when a prefix stands both whole and split, which would make a path's shard a matter of taste. */
export function checkShardMap(shards: ShardMap): void {
  const both = Object.keys(shards).find((prefix) => prefix.length === 4 && shards[prefix.slice(0, 2)] !== undefined);
  if (both !== undefined) {
    throw new AssayError('INDEX_INVALID', `the snapshot lists shard ${both} beside the whole of ${both.slice(0, 2)}`);
  }
}

/** Reads a shard's bytes; every path must be well formed, belong to the prefix, and fold unlike the others. */
export function parseShard(bytes: Uint8Array, prefix: string, source: string): Shard {
  const shard = parseJson(ShardSchema, bytes, {
    source,
    maxBytes: REGISTRY_LIMITS.shard,
    invalidCode: 'INDEX_INVALID',
  });
  const folded = new Map<string, string>();
  for (const path of Object.keys(shard.entries)) {
    parseLogicalPath(path);
    if (!hexOf(digestOf(foldName(path))).startsWith(prefix)) {
      throw new AssayError('INDEX_INVALID', `${source} lists ${path}, which belongs to another shard than ${prefix}`);
    }
    refuseConflict(folded, path);
  }
  return shard;
}

function refuseConflict(folded: Map<string, string>, path: string): void {
  const other = folded.get(foldName(path));
  if (other !== undefined) {
    throw new AssayError('PLUGIN_CONFLICT', `${path} and ${other} differ only in what people overlook`, {
      hint: 'Case, hyphens, underscores and the digits 0, 1 and 5 do not make a new name. Choose another one.',
    });
  }
  folded.set(foldName(path), path);
}

export function encodeShard(entries: Readonly<Record<string, IndexEntry>>): Uint8Array {
  return Buffer.from(`${canonicalJson({ schema: 'assay.shard/1', entries })}\n`, 'utf8');
}

/** A content-addressed file that is to be written. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The shard map after some paths got a new file, and the shard files that this takes. Reads only the shards those
 * paths are in. Throws PLUGIN_CONFLICT when a new path folds like an existing one.
 */
export async function updateShards(
  shards: ShardMap,
  updates: ReadonlyMap<LogicalPath, IndexEntry>,
  readShard: (prefix: string, entry: IndexEntry) => Promise<Shard>,
  splitBytes: number = SHARD_SPLIT_BYTES,
): Promise<{ shards: ShardMap; files: NewFile[] }> {
  const next: Record<string, IndexEntry> = { ...shards };
  const files: NewFile[] = [];
  const byPrefix = Map.groupBy(updates.keys(), (path) => locateShard(shards, path).prefix);
  for (const [prefix, paths] of byPrefix) {
    const entry = shards[prefix];
    const entries = entry === undefined ? {} : { ...(await readShard(prefix, entry)).entries };
    const folded = new Map(Object.keys(entries).map((path) => [foldName(path), path]));
    for (const path of paths) {
      if (!(path in entries)) refuseConflict(folded, path);
      const update = updates.get(path);
      if (update !== undefined) entries[path] = update;
    }
    delete next[prefix];
    for (const [key, bytes] of encodeOrSplit(prefix, entries, splitBytes)) {
      const digest = digestOf(bytes);
      next[key] = { digest, size: bytes.length };
      files.push({ path: LAYOUT.shard(digest), bytes });
    }
  }
  return { shards: next, files };
}

function encodeOrSplit(
  prefix: string,
  entries: Readonly<Record<string, IndexEntry>>,
  splitBytes: number,
): [string, Uint8Array][] {
  const whole = encodeShard(entries);
  if (whole.length > REGISTRY_LIMITS.shard && prefix.length === 4) {
    throw new AssayError('INDEX_INVALID', `shard ${prefix} would be larger than ${REGISTRY_LIMITS.shard} bytes`);
  }
  if (prefix.length === 4 || whole.length <= splitBytes) return [[prefix, whole]];
  const groups = Map.groupBy(Object.entries(entries), ([path]) => shardPrefix(path, 4));
  return [...groups].map(([key, group]) => [key, encodeShard(Object.fromEntries(group))]);
}
