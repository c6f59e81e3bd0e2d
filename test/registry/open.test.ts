import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '#model/canonical-json';
import { type Digest, digestOf, shortDigest } from '#model/digest';
import { LAYOUT } from '#registry/layout';
import { openRegistry, type OpenOptions } from '#registry/open';
import { appendEvents } from '#registry/events';
import { encodeSnapshot, parseSnapshot } from '#registry/snapshot';
import { versionsOf } from '#registry/versions';
import { resnapshot, setState } from '#stages/publish/maintain';
import { rotateRoot } from '#stages/publish/rotate-root';
import { type MemoryFolder, memoryFolder, memoryRegistry } from '../fakes/memory-folder.ts';
import { type RegistryWorld, registryWorld, tinyModule } from '../fakes/registry-world.ts';
import { KEYS, signerWith, verifier } from '../trust/world.ts';

let folder: MemoryFolder;
let world: RegistryWorld;
beforeEach(async () => {
  folder = memoryFolder();
  world = await registryWorld(memoryRegistry(folder));
  await world.publish();
  await world.publish({ name: 'acme/roman' });
});

const open = (options: Partial<OpenOptions> = {}) =>
  openRegistry(memoryRegistry(folder), world.pin, { verifier, now: world.clock.now(), ...options });

/** Everything a client does: opens, finds the version, fetches bytes and bundles. */
async function readAll(): Promise<void> {
  const registry = await open();
  const log = await registry.log('acme/greet');
  if (log === undefined) throw new Error('acme/greet is not listed');
  for (const version of versionsOf(log)) {
    for (const artifact of version.release.artifacts) await registry.artifact(artifact);
    for (const bundle of version.release.bundles) await registry.bundle(bundle);
    for (const verdict of version.verdicts) await registry.bundle(verdict.bundle);
  }
  await registry.owners('acme');
}

function pathOf(prefix: string): string {
  const path = [...folder.files.keys()].findLast((key) => key.startsWith(prefix));
  if (path === undefined) throw new Error(`no file under ${prefix}`);
  return path;
}

function flip(path: string): void {
  const bytes = folder.files.get(path)?.slice();
  if (bytes === undefined) throw new Error(`no ${path}`);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  folder.files.set(path, bytes);
}

const greetShard = async () => {
  const registry = await open();
  const { locateShard } = await import('#registry/shards');
  const { entry } = locateShard(registry.snapshot.shards, 'index/acme/greet');
  return LAYOUT.shard(entry?.digest ?? digestOf(''));
};

describe('a registry of which one byte was changed', () => {
  const cases: readonly [string, () => string | Promise<string>, string][] = [
    ['in the root', () => 'root/1.json', 'ROOT_INVALID'],
    ['in the snapshot', () => LAYOUT.snapshot, 'INDEX_TAMPERED'],
    ['in a shard', greetShard, 'INDEX_TAMPERED'],
    ['in an event line', () => pathOf('index/acme/greet/'), 'INDEX_TAMPERED'],
    ['in the owners', () => pathOf('owners/acme/'), 'INDEX_TAMPERED'],
    ['in a bundle', () => pathOf('att/sha256/'), 'INDEX_TAMPERED'],
  ];
  it.each(cases)('%s is refused', async (_where, path, code) => {
    flip(await path());
    const all = async () => {
      await readAll();
      const registry = await open();
      const log = await registry.log('acme/roman');
      for (const version of versionsOf(log ?? { name: '', bytes: new Uint8Array(), entries: [] })) {
        for (const verdict of version.verdicts) await registry.bundle(verdict.bundle);
      }
    };
    await expect(all()).rejects.toMatchObject({ code, exit: 5 });
  });

  it('in an artifact is refused with both digests in the message', async () => {
    flip(LAYOUT.blob(digestOf(tinyModule('acme/greet@1.0.0'))));
    await expect(readAll()).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringMatching(
        `digest [0-9a-f]{12}…, not the promised ${shortDigest(digestOf(tinyModule('acme/greet@1.0.0')))}…`,
      ),
    });
  });

  it('in the snapshot’s bundle is refused', async () => {
    flip(LAYOUT.bundleOfSnapshot(digestOf(folder.files.get(LAYOUT.snapshot) ?? '')));
    await expect(readAll()).rejects.toMatchObject({ exit: 5 });
  });

  it('in a root’s signatures is refused', async () => {
    flip(LAYOUT.rootBundles(1));
    await expect(readAll()).rejects.toMatchObject({ exit: 5 });
  });
});

describe('a registry that lacks', () => {
  it.each([
    ['its root', () => 'root/1.json', 'REGISTRY_UNKNOWN'],
    ['the root’s signatures', () => 'root/1.sigstore.jsonl', 'ROOT_INVALID'],
    ['its snapshot', () => LAYOUT.snapshot, 'INDEX_TAMPERED'],
    ['the snapshot’s bundle', () => pathOf('snapshots/'), 'INDEX_TAMPERED'],
    ['an event log', () => pathOf('index/acme/greet/'), 'INDEX_TAMPERED'],
    ['an artifact', () => LAYOUT.blob(digestOf(tinyModule('acme/greet@1.0.0'))), 'DIGEST_MISMATCH'],
    ['a bundle', () => [...folder.files.keys()].find((key) => key.startsWith('att/')) ?? '', 'INDEX_TAMPERED'],
  ])('%s is refused', async (_what, path, code) => {
    folder.files.delete(path());
    await expect(readAll()).rejects.toMatchObject({ code });
  });

  it('the hint alone opens all the same', async () => {
    folder.files.delete(LAYOUT.hint);
    await readAll();
  });
});

it.each([LAYOUT.snapshot, 'root/1.json', 'root/1.sigstore.jsonl'])('an endless %s is refused', async (path) => {
  const registry = memoryRegistry(folder);
  const endless = {
    location: 'memory:',
    read: (asked: string, maxBytes: number) =>
      asked === path
        ? memoryRegistry(longFile(path, maxBytes + 1)).read(asked, maxBytes)
        : registry.read(asked, maxBytes),
  };
  const opening = openRegistry(endless, world.pin, { verifier, now: world.clock.now() });
  await expect(opening).rejects.toMatchObject({ exit: 5, message: expect.stringContaining('larger than') });
});

function longFile(path: string, length: number): MemoryFolder {
  return memoryFolder(new Map([[path, new Uint8Array(length)]]));
}

describe('freshness', () => {
  it('refuses a lower serial than this machine has seen', async () => {
    const old = new Map(folder.files);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, world.deps);
    const { memory } = await open();
    for (const [path, bytes] of old) folder.files.set(path, bytes);
    await expect(open({ memory })).rejects.toMatchObject({ code: 'SNAPSHOT_ROLLBACK', exit: 5 });
  });

  it('refuses a lower serial than a lock or configuration names', async () => {
    await expect(open({ floorSerial: 99 })).rejects.toMatchObject({ code: 'SNAPSHOT_ROLLBACK' });
  });

  it('refuses two snapshots under one serial', async () => {
    const fork = memoryFolder(new Map(folder.files));
    await resnapshot(world.deps);
    const { memory } = await open();
    world.clock.forward(1);
    await resnapshot({ ...world.deps, registry: memoryRegistry(fork) });
    folder = fork;
    await expect(open({ memory })).rejects.toMatchObject({ code: 'SNAPSHOT_FORKED' });
  });

  it('warns past half of a snapshot’s life, refuses it when it has expired, and lets those look who only look', async () => {
    expect((await open()).warnings).toEqual([]);
    world.clock.forward(24 * 16);
    expect((await open()).warnings).toEqual([expect.stringContaining('half its life')]);
    world.clock.forward(24 * 15);
    await expect(open()).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
    expect((await open({ allowExpired: true })).warnings).toEqual([expect.stringContaining('expired')]);
  });

  it('does not ask the hint: a newer root is found without it', async () => {
    const signers = [signerWith(KEYS.root1), signerWith(KEYS.root2)];
    await rotateRoot({ signers, expires: new Date(world.clock.now().getTime() + 1e10) }, world.deps);
    folder.files.set(LAYOUT.hint, new TextEncoder().encode('{}'));
    expect((await open()).root.version).toBe(2);
  });

  it('begins with the root it trusted last, and refuses a copy that has not got it', async () => {
    const signers = [signerWith(KEYS.root1), signerWith(KEYS.root2)];
    await rotateRoot({ signers, expires: new Date(world.clock.now().getTime() + 1e10) }, world.deps);
    const { memory } = await open();
    expect(memory.rootVersion).toBe(2);
    folder.files.delete('root/1.json');
    expect((await open({ memory })).root.version).toBe(2);
    folder.files.delete('root/2.json');
    await expect(open({ memory })).rejects.toMatchObject({ code: 'ROOT_INVALID' });
  });
});

describe('whom a client believes', () => {
  it('is the pinned root alone', async () => {
    const pin = { ...world.pin, root: digestOf('another root') };
    const opening = openRegistry(memoryRegistry(folder), pin, { verifier, now: world.clock.now() });
    await expect(opening).rejects.toMatchObject({ code: 'ROOT_INVALID' });
  });

  it('is no root that fewer have signed than it takes, however often', async () => {
    const signatures = new TextDecoder().decode(folder.files.get('root/1.sigstore.jsonl'));
    const [first = ''] = signatures.split('\n');
    for (const forged of [`${first}\n`, `${first}\n${first}\n`]) {
      folder.files.set('root/1.sigstore.jsonl', new TextEncoder().encode(forged));
      await expect(open()).rejects.toMatchObject({
        code: 'ROOT_INVALID',
        message: expect.stringContaining('1 of the 2'),
      });
    }
  });

  it('is the registry it was told about, not one under another name', async () => {
    const pin = { ...world.pin, id: 'other' };
    const opening = openRegistry(memoryRegistry(folder), pin, { verifier, now: world.clock.now() });
    await expect(opening).rejects.toMatchObject({ code: 'ROOT_INVALID', hint: expect.stringContaining('main') });
  });

  it.each([
    ['a key of another role', KEYS.verdict, 'IDENTITY_MISMATCH'],
    ['a key nobody knows', KEYS.stranger, 'BUNDLE_INVALID'],
  ])('is not a snapshot signed by %s', async (_who, key, code) => {
    const bytes = folder.files.get(LAYOUT.snapshot) ?? new Uint8Array();
    folder.files.set(LAYOUT.bundleOfSnapshot(digestOf(bytes)), await signerWith(key).signDocument(bytes));
    await expect(open()).rejects.toMatchObject({ code });
  });

  it('is no file that the snapshot does not list', async () => {
    const log = appendEvents(await (await open()).log('acme/greet'), 'acme/greet', [
      { event: 'state', at: world.clock.now().toISOString(), version: '1.0.0', state: 'deprecated', reason: 'planted' },
    ]);
    folder.files.set(`index/acme/greet/${digestOf(log.bytes).slice(7)}.jsonl`, log.bytes);
    const read = await (await open()).log('acme/greet');
    expect(read?.entries.length).toBe(2);
  });

  it('narrows the accepted policies by its own', async () => {
    const policies: Digest[] = [digestOf('mine')];
    const registry = await openRegistry(
      memoryRegistry(folder),
      { ...world.pin, policies },
      { verifier, now: world.clock.now() },
    );
    expect([...registry.acceptedPolicies]).toEqual([]);
  });
});

it('a signed snapshot that breaks its format is refused', async () => {
  const snapshot = parseSnapshot(folder.files.get(LAYOUT.snapshot) ?? new Uint8Array(), 's');
  const bytes = new TextEncoder().encode(canonicalJson({ ...snapshot, more: true }));
  folder.files.set(LAYOUT.snapshot, bytes);
  folder.files.set(LAYOUT.bundleOfSnapshot(digestOf(bytes)), await signerWith(KEYS.snapshot).signDocument(bytes));
  await expect(open()).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  expect(() => parseSnapshot(encodeSnapshot(snapshot), 's')).not.toThrow();
});

describe('bytes kept elsewhere', () => {
  const artifactOf = async () => {
    const registry = await open();
    const [version] = versionsOf(
      (await registry.log('acme/greet')) ?? { name: '', bytes: new Uint8Array(), entries: [] },
    );
    const artifact = version?.release.artifacts[0];
    if (artifact === undefined) throw new Error('no artifact');
    return artifact;
  };

  it('are fetched from a mirror when the registry’s own copy is gone, and checked', async () => {
    const artifact = await artifactOf();
    folder.files.delete(LAYOUT.blob(artifact.digest));
    const served = new Map([
      ['https://bad.test/x', tinyModule('something else')],
      ['https://good.test/x', tinyModule('acme/greet@1.0.0')],
    ]);
    const registry = await open({ download: async (url) => served.get(url) });
    expect(digestOf(await registry.artifact(artifact, [...served.keys()]))).toBe(artifact.digest);
    await expect(registry.artifact(artifact, ['https://bad.test/x'])).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('are asked for at few of the addresses that a registry names, the newest first', async () => {
    const artifact = await artifactOf();
    folder.files.delete(LAYOUT.blob(artifact.digest));
    const asked: string[] = [];
    const registry = await open({ download: async (url) => void asked.push(url) });
    const mirrors = Array.from({ length: 50_000 }, (_, index) => `https://mirror.test/${index}`);
    await expect(registry.artifact(artifact, mirrors)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect([asked.length, asked[0]]).toEqual([20, 'https://mirror.test/49999']);
  });
});
