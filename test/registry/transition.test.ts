import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '#model/canonical-json';
import { digestOf } from '#model/digest';
import type { Snapshot } from '#model/registry-documents';
import { appendEvents } from '#registry/events';
import { fileOf, indexPath, LAYOUT, type LogicalPath, ownersPath } from '#registry/layout';
import { type IndexEntry, parseShard, updateShards } from '#registry/shards';
import { nextSnapshot } from '#registry/snapshot';
import { checkTransition, type IndexView } from '#registry/transition';
import { keyIdentity, KEYS, NOW, ringOf } from '../trust/world.ts';
import { DIGEST, releaseDraft } from './samples.ts';

/** Index files in memory, from which snapshots are made by naming what each path holds. */
class Index {
  readonly files = new Map<string, Uint8Array>();
  reads = 0;

  put(path: LogicalPath, bytes: Uint8Array): [LogicalPath, IndexEntry] {
    const entry = { digest: digestOf(bytes), size: bytes.length };
    this.files.set(fileOf(path, entry.digest), bytes);
    return [path, entry];
  }

  async snapshot(
    previous: Snapshot | undefined,
    updates: Iterable<[LogicalPath, IndexEntry]>,
    change: Partial<Snapshot> = {},
  ) {
    const read = async (prefix: string, { digest }: IndexEntry) =>
      parseShard(this.files.get(LAYOUT.shard(digest)) ?? new Uint8Array(), prefix, 's');
    const { shards, files } = await updateShards(previous?.shards ?? {}, new Map(updates), read);
    for (const { path, bytes } of files) this.files.set(path, bytes);
    const content = { registryId: 'main', shards, acceptedPolicies: [DIGEST.p], now: NOW, lifetimeDays: 30 };
    return { ...nextSnapshot(previous, content), ...change };
  }

  view(snapshot: Snapshot): IndexView {
    return {
      snapshot,
      read: async (path) => {
        this.reads++;
        const bytes = this.files.get(path);
        if (bytes === undefined) throw new Error(`no ${path}`);
        return bytes;
      },
    };
  }
}

const owners = (since: string, namespace = 'acme') =>
  new TextEncoder().encode(
    canonicalJson({
      schema: 'assay.owners/1',
      namespace,
      since,
      authors: [keyIdentity(KEYS.author)],
      keys: ringOf(KEYS.author),
    }),
  );

const log = appendEvents(undefined, 'acme/greet', [releaseDraft()]);
const longer = appendEvents(log, 'acme/greet', [releaseDraft({ version: '1.1.0' })]);
const rewritten = appendEvents(undefined, 'acme/greet', [
  releaseDraft({ license: 'MIT' }),
  releaseDraft({ version: '1.1.0' }),
]);

let index: Index;
let first: Snapshot;
beforeEach(async () => {
  index = new Index();
  first = await index.snapshot(undefined, [
    index.put(ownersPath('acme'), owners('2026-01-01T00:00:00Z')),
    index.put(indexPath('acme/greet'), log.bytes),
  ]);
});

const check = (next: Snapshot, ownersMayChange: string[] = []) =>
  checkTransition(index.view(first), index.view(next), { ownersMayChange: new Set(ownersMayChange) });
const refused = { code: 'TRANSITION_INVALID', exit: 5 };

describe('a transition', () => {
  it('that appends is described by what it appends', async () => {
    const next = await index.snapshot(first, [index.put(indexPath('acme/greet'), longer.bytes)]);
    const transition = await check(next);
    expect(transition.events.get('acme/greet')?.map(({ seq }) => seq)).toEqual([2]);
    expect(transition).toMatchObject({ serial: 2, newPlugins: [], newNamespaces: [], changedOwners: [] });
  });

  it('that changes nothing but the dates is allowed and reads nothing', async () => {
    await check(await index.snapshot(first, []));
    expect(index.reads).toBe(0);
  });

  it('names policies that come and go', async () => {
    const next = await index.snapshot(first, [], { acceptedPolicies: [DIGEST.q] });
    expect(await check(next)).toMatchObject({ policiesAdded: [DIGEST.q], policiesRemoved: [DIGEST.p] });
  });

  it.each([
    ['skips a serial', { serial: 3 }],
    ['keeps the serial', { serial: 1 }],
    ['changes the registry’s id', { registryId: 'other' }],
    ['is issued earlier', { issuedAt: '2020-01-01T00:00:00Z' }],
    ['expires before it is issued', { expires: '2026-01-01T00:00:00Z' }],
    ['accepts one policy twice', { acceptedPolicies: [DIGEST.p, DIGEST.p] }],
    ['drops a shard', { shards: {} }],
  ])('that %s is refused', async (_what, change) => {
    await expect(check(await index.snapshot(first, [], change))).rejects.toMatchObject(refused);
  });

  it('that changes a published event is refused', async () => {
    const next = await index.snapshot(first, [index.put(indexPath('acme/greet'), rewritten.bytes)]);
    await expect(check(next)).rejects.toMatchObject(refused);
  });

  it('that takes events away is refused', async () => {
    const two = await index.snapshot(first, [index.put(indexPath('acme/greet'), longer.bytes)]);
    const three = await index.snapshot(two, [index.put(indexPath('acme/greet'), log.bytes)]);
    await expect(checkTransition(index.view(two), index.view(three))).rejects.toMatchObject(refused);
  });

  it('that lists a plugin whose namespace has no owners is refused', async () => {
    const stray = appendEvents(undefined, 'other/greet', [releaseDraft({ name: 'other/greet' })]);
    const next = await index.snapshot(first, [index.put(indexPath('other/greet'), stray.bytes)]);
    await expect(check(next)).rejects.toMatchObject(refused);
    const both = await index.snapshot(first, [
      index.put(indexPath('other/greet'), stray.bytes),
      index.put(ownersPath('other'), owners('2026-06-01T00:00:00Z', 'other')),
    ]);
    expect(await check(both)).toMatchObject({ newPlugins: ['other/greet'], newNamespaces: ['other'] });
  });

  it('that replaces owners needs to be told so, and never dates them back', async () => {
    const next = await index.snapshot(first, [index.put(ownersPath('acme'), owners('2026-06-01T00:00:00Z'))]);
    await expect(check(next)).rejects.toMatchObject(refused);
    expect(await check(next, ['acme'])).toMatchObject({ changedOwners: ['acme'] });
    const back = await index.snapshot(first, [index.put(ownersPath('acme'), owners('2025-01-01T00:00:00Z'))]);
    await expect(check(back, ['acme'])).rejects.toMatchObject(refused);
  });

  it('that files owners under another namespace is refused', async () => {
    const next = await index.snapshot(first, [index.put(ownersPath('other'), owners('2026-06-01T00:00:00Z'))]);
    await expect(check(next)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});
