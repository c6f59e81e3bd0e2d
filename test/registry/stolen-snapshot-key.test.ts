import { beforeEach, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { LAYOUT } from '#registry/layout';
import { encodeSnapshot, parseSnapshot } from '#registry/snapshot';
import { readRegistryState } from '#runtime/documents';
import { resnapshot } from '#stages/publish/maintain';
import { rotateRoot } from '#stages/publish/rotate-root';
import { RuntimeWorld } from '../fakes/runtime-world.ts';
import { keyIdentity, KEYS, ringOf, signerWith } from '../trust/world.ts';

let host: RuntimeWorld;
let good: ReadonlyMap<string, Uint8Array>;
beforeEach(async () => {
  host = await RuntimeWorld.create();
  good = new Map(host.shelf.files);
});

/** What the thief of the snapshot key does so that nothing can follow. */
async function signHighestSerial(): Promise<void> {
  const snapshot = parseSnapshot(host.shelf.files.get(LAYOUT.snapshot) ?? new Uint8Array(), LAYOUT.snapshot);
  const bytes = encodeSnapshot({ ...snapshot, serial: Number.MAX_SAFE_INTEGER });
  host.shelf.files.set(LAYOUT.snapshot, bytes);
  host.shelf.files.set(LAYOUT.bundleOfSnapshot(digestOf(bytes)), await signerWith(KEYS.snapshot).signDocument(bytes));
}

const rotate = (...holders: (typeof KEYS.snapshot)[]) =>
  rotateRoot(
    {
      signers: [signerWith(KEYS.root1), signerWith(KEYS.root2)],
      expires: new Date(host.registry.clock.now().getTime() + 3e10),
      roles: {
        verdict: [keyIdentity(KEYS.verdict)],
        resolution: [keyIdentity(KEYS.verdict)],
        snapshot: holders.map(keyIdentity),
      },
      keys: ringOf(KEYS.verdict, ...holders),
    },
    host.registry.deps,
  );

async function restore(): Promise<void> {
  host.shelf.files.clear();
  for (const [path, bytes] of good) host.shelf.files.set(path, bytes);
  host.registry.clock.forward(1);
}

it('a root that takes the role from its holder lets a registry go on below the serial that a thief signed', async () => {
  await signHighestSerial();
  await host.install(['acme/greet']);
  expect((await readRegistryState(host.runtime, 'main'))?.serial).toBe(Number.MAX_SAFE_INTEGER);
  await restore();
  await rotate(KEYS.snapshot, KEYS.config);
  await resnapshot({ ...host.registry.deps, signer: signerWith(KEYS.config) });
  await rotate(KEYS.config);
  await host.install(['acme/greet']);
  expect(await readRegistryState(host.runtime, 'main')).toMatchObject({ serial: 4, rootVersion: 3 });
  await expect((await host.opener())('main')).resolves.toMatchObject({ root: { version: 3 } });
});

it('a root that leaves the role with its holder forgives no lower serial', async () => {
  await signHighestSerial();
  await host.install(['acme/greet']);
  await restore();
  await rotate(KEYS.snapshot, KEYS.config);
  await resnapshot({ ...host.registry.deps, signer: signerWith(KEYS.config) });
  await expect(host.resolve(['acme/greet'])).rejects.toMatchObject({ code: 'SNAPSHOT_ROLLBACK' });
});
