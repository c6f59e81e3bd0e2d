import { beforeEach, expect, it } from 'vitest';
import { cachedRegistry } from '#adapters/store/cached';
import { digestOf, hexOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { LAYOUT } from '#registry/layout';
import { openRegistry } from '#registry/open';
import { versionsOf } from '#registry/versions';
import { resnapshot } from '#stages/publish/maintain';
import { rotateRoot } from '#stages/publish/rotate-root';
import { type MemoryFolder, memoryFolder, memoryRegistry } from '../../fakes/memory-folder.ts';
import { type RegistryWorld, registryWorld, tinyModule } from '../../fakes/registry-world.ts';
import { KEYS, signerWith, verifier } from '../../trust/world.ts';

const OFFLINE = {
  location: 'https://gone.test/',
  read: async () => {
    throw new AssayError('NETWORK', 'no network');
  },
};

let shelf: MemoryFolder;
let runtime: MemoryFolder;
let world: RegistryWorld;
beforeEach(async () => {
  shelf = memoryFolder();
  runtime = memoryFolder();
  world = await registryWorld(memoryRegistry(shelf));
  await world.publish();
  const { reader, remember } = cached(memoryRegistry(shelf));
  await readThrough(reader);
  await remember();
});

const cached = (upstream: Parameters<typeof cachedRegistry>[0]) =>
  cachedRegistry(upstream, { folder: runtime, id: 'main', blobs: 'store/sha256' });

async function readThrough(reader: Parameters<typeof openRegistry>[0]) {
  const registry = await openRegistry(reader, world.pin, { verifier, now: world.clock.now() });
  const log = await registry.log('acme/greet');
  const [version] = log === undefined ? [] : versionsOf(log);
  if (version === undefined) throw new Error('acme/greet is missing');
  await registry.owners('acme');
  for (const bundle of version.release.bundles) await registry.bundle(bundle);
  return { registry, version };
}

it('opens without a network what was verified before, and says that it did', async () => {
  const offline = cached(OFFLINE);
  const { registry } = await readThrough(offline.reader);
  expect([registry.snapshot.serial, offline.isStale()]).toEqual([3, true]);
  const online = cached(memoryRegistry(shelf));
  await readThrough(online.reader);
  expect(online.isStale()).toBe(false);
});

it('takes artifacts from the store and keeps no second copy of them', async () => {
  const bytes = tinyModule('acme/greet@1.0.0');
  await runtime.add(`store/sha256/${hexOf(digestOf(bytes))}`, bytes);
  const { registry, version } = await readThrough(cached(OFFLINE).reader);
  const artifact = version.release.artifacts[0];
  expect(artifact && (await registry.artifact(artifact))).toEqual(bytes);
  expect([...runtime.files.keys()].filter((path) => path.includes('blobs'))).toEqual([]);
});

it('prefers the registry for what changes, and asks it for nothing that is fixed', async () => {
  await resnapshot(world.deps);
  shelf.reads.length = 0;
  const { registry } = await readThrough(cached(memoryRegistry(shelf)).reader);
  expect(registry.snapshot.serial).toBe(4);
  expect(shelf.reads.filter((path) => /^(shards|index|owners|att)\//.test(path))).toEqual([]);
});

it('heals a damaged copy of its own', async () => {
  for (const path of runtime.files.keys()) {
    if (path.includes('/index/')) runtime.files.set(path, new Uint8Array(3));
  }
  await expect(readThrough(cached(OFFLINE).reader)).rejects.toMatchObject({ code: 'NETWORK' });
  const { reader, remember } = cached(memoryRegistry(shelf));
  await readThrough(reader);
  await remember();
  await readThrough(cached(OFFLINE).reader);
});

it('keeps nothing of a changing file that nobody verified', async () => {
  shelf.files.set('snapshot.json', new TextEncoder().encode('forged'));
  await expect(readThrough(cached(memoryRegistry(shelf)).reader)).rejects.toMatchObject({ exit: 5 });
  await readThrough(cached(OFFLINE).reader);
});

it('writes nothing before it is told to remember', async () => {
  await resnapshot(world.deps);
  const before = new Map(runtime.files);
  await readThrough(cached(memoryRegistry(shelf)).reader);
  expect(runtime.files).toEqual(before);
});

it('does not hide that the registry refuses or lies', async () => {
  const refusing = {
    location: 'x',
    read: async () => {
      throw new AssayError('UPSTREAM_REFUSED', 'no');
    },
  };
  await expect(readThrough(cached(refusing).reader)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
});

it('takes signatures of a new root that cannot be fetched for a fault of the network, not for missing', async () => {
  const signers = [signerWith(KEYS.root1), signerWith(KEYS.root2)];
  await rotateRoot({ signers, expires: new Date(world.clock.now().getTime() + 1e10) }, world.deps);
  const flaky = {
    location: 'x',
    read: async (path: string, maxBytes: number) =>
      path === LAYOUT.rootBundles(2) ? OFFLINE.read() : memoryRegistry(shelf).read(path, maxBytes),
  };
  await expect(readThrough(cached(flaky).reader)).rejects.toMatchObject({ code: 'NETWORK' });
});
