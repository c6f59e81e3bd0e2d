import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { LogicalPath } from '#registry/layout';
import { foldName } from '#registry/names';
import { encodeShard, type IndexEntry, locateShard, parseShard, shardPrefix, updateShards } from '#registry/shards';
import { checkShardMap } from '#registry/shards';
import { DIGEST } from './samples.ts';

const entry: IndexEntry = { digest: DIGEST.a, size: 1 };
const paths = (count: number): LogicalPath[] =>
  Array.from({ length: count }, (_, index): LogicalPath => `index/acme/plugin-${index}x`);

/** A shard map with the files behind it, growing as updates are made. */
function shardStore(splitBytes?: number) {
  const files = new Map<string, Uint8Array>();
  let reads = 0;
  let shards: Record<string, IndexEntry> = {};
  return {
    get shards() {
      return shards;
    },
    get reads() {
      return reads;
    },
    async put(updates: ReadonlyMap<LogicalPath, IndexEntry>) {
      const result = await updateShards(
        shards,
        updates,
        async (prefix, { digest }) => {
          reads++;
          return parseShard(files.get(digest) ?? new Uint8Array(), prefix, 'shard');
        },
        splitBytes,
      );
      for (const { bytes } of result.files) files.set(digestOf(bytes), bytes);
      shards = result.shards;
      return result.files.length;
    },
    find(path: LogicalPath): IndexEntry | undefined {
      const { prefix, entry: found } = locateShard(shards, path);
      return found === undefined
        ? undefined
        : parseShard(files.get(found.digest) ?? new Uint8Array(), prefix, 's').entries[path];
    },
  };
}

describe('shards', () => {
  it('list a path under the first digits of sha256 of the folded path', () => {
    const digits = createHash('sha256').update('index/acme/wordcount').digest('hex');
    expect(shardPrefix('index/acme/word-count', 2)).toBe(digits.slice(0, 2));
    expect(shardPrefix('index/acme/word-count', 4)).toBe(digits.slice(0, 4));
  });

  it('find every path again and no other', async () => {
    const store = shardStore();
    await store.put(new Map(paths(600).map((path) => [path, entry])));
    expect(paths(600).every((path) => store.find(path)?.digest === DIGEST.a)).toBe(true);
    expect(store.find('index/acme/absent')).toBeUndefined();
  });

  it('touch one file when one path changes', async () => {
    const store = shardStore();
    await store.put(new Map(paths(600).map((path) => [path, entry])));
    const before = store.reads;
    expect(await store.put(new Map([['index/acme/plugin-7x', { digest: DIGEST.b, size: 2 }]]))).toBe(1);
    expect(store.reads - before).toBe(1);
    expect(store.find('index/acme/plugin-7x')?.digest).toBe(DIGEST.b);
  });

  it('split into the second level where they grow too large, and only there', async () => {
    const store = shardStore(1200);
    for (const path of paths(2000)) await store.put(new Map([[path, entry]]));
    const prefixes = Object.keys(store.shards);
    expect(prefixes.some((prefix) => prefix.length === 4)).toBe(true);
    expect(prefixes.some((prefix) => prefix.length === 2)).toBe(true);
    expect(() => checkShardMap(store.shards)).not.toThrow();
    expect(paths(2000).every((path) => store.find(path) !== undefined)).toBe(true);
    expect(store.find('index/acme/absent')).toBeUndefined();
  });

  it.each(['index/acme/w0rd-count', 'index/ac-me/wordcount'] as const)(
    'refuse %s beside index/acme/word-count',
    async (path) => {
      const store = shardStore();
      await store.put(new Map([['index/acme/word-count', entry]]));
      await expect(store.put(new Map([[path, entry]]))).rejects.toMatchObject({ code: 'PLUGIN_CONFLICT' });
    },
  );

  it('are the same bytes for the same entries in any order', () => {
    const one = encodeShard({ 'index/a1/b1': entry, 'owners/a1': entry });
    expect(encodeShard({ 'owners/a1': entry, 'index/a1/b1': entry })).toEqual(one);
  });
});

describe('a shard is refused when it', () => {
  const path = 'index/acme/greet';
  const prefix = shardPrefix(path, 2);
  const refused = (text: string, code = 'INDEX_INVALID') =>
    expect(() => parseShard(new TextEncoder().encode(text), prefix, 'shard')).toThrow(
      expect.objectContaining({ code }),
    );

  it('lists a path of another shard', () => {
    const other = paths(50).find((candidate) => shardPrefix(candidate, 2) !== prefix) ?? '';
    refused(JSON.stringify({ schema: 'assay.shard/1', entries: { [other]: entry } }));
  });
  it.each(['index/acme/../x', 'index/acme', 'owners/a/b', 'blobs/sha256', 'index/-a/b'])('lists %s', (bad) => {
    refused(`{"schema":"assay.shard/1","entries":{${JSON.stringify(bad)}:${JSON.stringify(entry)}}}`);
  });
  it('has an unknown key', () => {
    refused(JSON.stringify({ schema: 'assay.shard/1', entries: {}, more: 1 }));
  });
  it('lists two names that fold alike', () => {
    const twin = 'index/acme/gr-eet';
    expect(foldName(twin)).toBe(foldName(path));
    refused(JSON.stringify({ schema: 'assay.shard/1', entries: { [path]: entry, [twin]: entry } }), 'PLUGIN_CONFLICT');
  });
});

it('a snapshot that lists a shard both whole and split is refused', () => {
  expect(() => checkShardMap({ ab: entry, abcd: entry })).toThrow(AssayError);
});
