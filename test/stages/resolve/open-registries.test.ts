import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '#model/digest';
import { readRegistryState } from '#runtime/documents';
import { initRegistry } from '#stages/publish/init-registry';
import { uninstall } from '#stages/install/maintain';
import { memoryRegistry } from '../../fakes/memory-folder.ts';
import { initRequest } from '../../fakes/registry-world.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';
import { KEYS, signerWith, verifier } from '../../trust/world.ts';

let host: RuntimeWorld;
beforeEach(async () => {
  host = await RuntimeWorld.create();
});

/** The digest of another registry's root: the same id, other root keys. Its files replace those of the first. */
async function anotherRegistry(replaces: boolean): Promise<Digest> {
  const registry = memoryRegistry();
  const { rootDigest } = await initRegistry(initRequest({ rootSigners: [signerWith(KEYS.root3)], threshold: 1 }), {
    registry,
    verifier,
    signer: signerWith(KEYS.snapshot),
    clock: host.registry.clock,
  });
  if (replaces) {
    host.shelf.files.clear();
    for (const [path, bytes] of registry.folder.files) host.shelf.files.set(path, bytes);
  }
  return rootDigest;
}

const pin = (root: Digest) => {
  host.trust = { ...host.trust, registries: { main: { url: 'memory:', root } } };
};

describe('a machine that pins another root than before', () => {
  it('no longer believes what the first one led to', async () => {
    await host.install(['acme/greet']);
    pin(await anotherRegistry(false));
    await expect((await host.opener())('main')).rejects.toMatchObject({ code: 'ROOT_INVALID' });
  });

  it('begins anew with the registry of that root, whatever serials the first one had', async () => {
    await host.install(['acme/greet']);
    const root = await anotherRegistry(true);
    pin(root);
    await uninstall(['acme/greet'], host.maintenance());
    const registry = await (await host.opener())('main');
    expect([registry.memory.pin, registry.snapshot.serial]).toEqual([root, 1]);
  });

  it('is not held to a serial that the lock has of the first one', async () => {
    await host.install(['acme/greet']);
    expect((await readRegistryState(host.runtime, 'main'))?.serial).toBe(3);
    pin(await anotherRegistry(true));
    expect((await (await host.opener())('main')).snapshot.serial).toBe(1);
  });
});
