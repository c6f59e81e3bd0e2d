import { chmod, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryRegistry } from '#adapters/store/directory';
import { openRegistry } from '#registry/open';
import { publishRelease } from '#stages/publish/publish-release';
import { folderDigest } from '../../fakes/folder-digest.ts';
import { asOrdinaryUser } from '../../fakes/ordinary-user.ts';
import { type RegistryWorld, registryWorld } from '../../fakes/registry-world.ts';
import { verifier } from '../../trust/world.ts';

const posix = process.platform !== 'win32';
let base: string;
let location: string;
let world: RegistryWorld;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-publish-'));
  await chmod(base, 0o755);
  location = join(base, 'registry');
  world = await registryWorld(directoryRegistry(location));
  await world.publish();
});
afterEach(async () => {
  await setModes(location, 0o755);
  await rm(base, { recursive: true, force: true });
});

async function setModes(folder: string, mode: number): Promise<void> {
  await chmod(folder, mode);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), mode);
  }
}

describe('a registry in a folder', () => {
  it('holds the files that the format names, and nothing else', async () => {
    const files = (await readdir(location, { recursive: true })).map((path) => path.replaceAll('\\', '/'));
    const shapes = files.map((path) => path.replaceAll(/[0-9a-f]{64}/g, 'HEX')).toSorted();
    expect([...new Set(shapes)]).toEqual([
      'att',
      'att/sha256',
      'att/sha256/HEX',
      'att/sha256/HEX/HEX.sigstore.json',
      'blobs',
      'blobs/sha256',
      'blobs/sha256/HEX',
      'index',
      'index/acme',
      'index/acme/greet',
      'index/acme/greet/HEX.jsonl',
      'owners',
      'owners/acme',
      'owners/acme/HEX.json',
      'policies',
      'policies/HEX.json',
      'registry.json',
      'root',
      'root/1.json',
      'root/1.sigstore.jsonl',
      'shards',
      'shards/HEX.json',
      'snapshot.json',
      'snapshot.sigstore.json',
      'snapshots',
      'snapshots/HEX.sigstore.json',
    ]);
  });

  it.runIf(posix)('that is read-only gives one clear error and stays as it is', async () => {
    const request = await world.request({ version: '1.1.0' });
    await setModes(location, 0o555);
    const before = await folderDigest(location);
    await asOrdinaryUser(() =>
      expect(publishRelease(request, world.deps)).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: expect.stringContaining('permission is denied'),
        exit: 2,
      }),
    );
    expect(await folderDigest(location)).toBe(before);
  });

  it.runIf(posix)('whose parts are writable in places only keeps the old snapshot valid', async () => {
    const request = await world.request({ version: '1.1.0' });
    await chmod(join(location, 'index', 'acme', 'greet'), 0o555);
    await chmod(location, 0o777);
    for (const part of ['blobs/sha256', 'att/sha256', 'shards', 'snapshots']) await chmod(join(location, part), 0o777);
    await asOrdinaryUser(() =>
      expect(publishRelease(request, world.deps)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' }),
    );
    const registry = await openRegistry(world.registry, world.pin, { verifier, now: world.clock.now() });
    expect((await registry.log('acme/greet'))?.entries).toHaveLength(2);
  });

  it.runIf(posix)('is not followed through symbolic links', async () => {
    await rename(join(location, 'snapshot.json'), join(base, 'snapshot.json'));
    await symlink('../snapshot.json', join(location, 'snapshot.json'));
    const before = await folderDigest(location);
    const opening = openRegistry(world.registry, world.pin, { verifier, now: world.clock.now() });
    await expect(opening).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(world.publish({ version: '1.1.0' })).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    expect(await folderDigest(location)).toBe(before);
  });

  it('takes releases from two publishers one after the other', async () => {
    const [one, two] = [await world.request({ version: '1.1.0' }), await world.request({ version: '1.2.0' })];
    await Promise.all([publishRelease(one, world.deps), publishRelease(two, world.deps)]);
    const registry = await openRegistry(world.registry, world.pin, { verifier, now: world.clock.now() });
    expect(registry.snapshot.serial).toBe(5);
    expect((await registry.log('acme/greet'))?.entries).toHaveLength(6);
  });
});
