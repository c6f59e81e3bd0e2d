import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { directoryRegistry } from '#adapters/store/directory';
import { trustRegistry } from '#entry/trust-registry';
import { initRegistry } from '#stages/publish/init-registry';
import { handClock, initRequest } from '../fakes/registry-world.ts';
import { KEYS, signerWith, verifier } from '../trust/world.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-trust-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

it('trusts a registry and a namespace that are called like a property of every object', async () => {
  const clock = handClock();
  const url = join(base, 'registry');
  const { rootDigest: root } = await initRegistry(initRequest({ id: 'constructor' }), {
    registry: directoryRegistry(url),
    verifier,
    signer: signerWith(KEYS.snapshot),
    clock,
  });
  const runtime = join(base, 'runtime');
  const { trust } = await trustRegistry({ runtime, url, root, namespaces: ['constructor'], source: '' }, clock);
  expect(trust).toMatchObject({
    registries: { constructor: { url, root } },
    namespaces: { constructor: 'constructor' },
  });
});
