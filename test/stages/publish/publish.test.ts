import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { openRegistry } from '#registry/open';
import { versionsOf } from '#registry/versions';
import { changePolicies } from '#stages/publish/policies';
import { initRegistry } from '#stages/publish/init-registry';
import { resnapshot, setOwners, setState } from '#stages/publish/maintain';
import { publishRelease } from '#stages/publish/publish-release';
import { rotateRoot } from '#stages/publish/rotate-root';
import { type MemoryFolder, memoryFolder, memoryRegistry } from '../../fakes/memory-folder.ts';
import { expectRefused } from '../../fakes/refusal.ts';
import {
  initRequest,
  POLICY_DIGEST,
  type RegistryWorld,
  registryWorld,
  tinyModule,
  handClock,
} from '../../fakes/registry-world.ts';
import { keyIdentity, KEYS, ringOf, signedProvenance, signerWith, verifier } from '../../trust/world.ts';

let folder: MemoryFolder;
let world: RegistryWorld;
beforeEach(async () => {
  folder = memoryFolder();
  world = await registryWorld(memoryRegistry(folder));
});

const open = (from = folder) => openRegistry(memoryRegistry(from), world.pin, { verifier, now: world.clock.now() });
const greet = async () =>
  versionsOf((await (await open()).log('acme/greet')) ?? { name: '', bytes: new Uint8Array(), entries: [] });

const refused = (action: () => Promise<unknown>, code: string) => expectRefused(folder, action, code);

describe('setting up a registry', () => {
  it('gives one that opens with its pin and nothing in it', async () => {
    const registry = await open();
    expect(registry.root.version).toBe(1);
    expect([...registry.acceptedPolicies]).toEqual([POLICY_DIGEST]);
    expect(await registry.list()).toEqual([]);
  });

  it('is refused where a registry already is', () =>
    refused(() => initRegistry(initRequest(), { ...world.deps, registry: memoryRegistry(folder) }), 'REGISTRY_EXISTS'));

  it.each([
    ['too few root keys sign', { threshold: 3 }, 'DOCUMENT_INVALID'],
    ['a role’s key is not given', { keys: ringOf(KEYS.verdict) }, 'ROOT_INVALID'],
    ['the canonical address is none', { canonicalUrl: 'somewhere' }, 'DOCUMENT_INVALID'],
  ])('writes nothing when %s', async (_what, change, code) => {
    const empty = memoryFolder();
    const deps = { ...world.deps, registry: memoryRegistry(empty) };
    await expect(initRegistry(initRequest(change), deps)).rejects.toMatchObject({ code });
    expect(empty.files.size).toBe(0);
  });

  it('writes nothing when the snapshot would be signed by a key of another role', async () => {
    const empty = memoryFolder();
    const deps = { ...world.deps, registry: memoryRegistry(empty), signer: signerWith(KEYS.verdict) };
    await expect(initRegistry(initRequest(), deps)).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
    expect(empty.files.size).toBe(0);
  });
});

describe('publishing a release', () => {
  it('makes it readable from the pin on, bytes and bundles included', async () => {
    const digest = await world.publish();
    const registry = await open();
    expect(await registry.list()).toEqual(['acme/greet']);
    const [version] = await greet();
    const artifact = version?.release.artifacts[0];
    if (version === undefined || artifact === undefined) throw new Error('not published');
    expect(digestOf(await registry.artifact(artifact))).toBe(digest);
    for (const bundle of version.release.bundles) expect((await registry.bundle(bundle)).length).toBe(bundle.size);
    expect(version.verdicts.map(({ result }) => result)).toEqual(['PASSED']);
  });

  it('takes a version once', async () => {
    await world.publish();
    const again = await world.request({}, { bytes: tinyModule('other bytes') });
    await refused(() => publishRelease(again, world.deps), 'VERSION_TAKEN');
  });

  it('refuses a name that people would take for another', async () => {
    await world.publish({ name: 'acme/word-count' });
    const twin = await world.request({ name: 'acme/w0rdcount' });
    await refused(() => publishRelease(twin, world.deps), 'PLUGIN_CONFLICT');
  });

  it('refuses a namespace without owners', async () => {
    const request = await world.request({ name: 'other/greet' });
    await refused(() => publishRelease(request, world.deps), 'IDENTITY_MISMATCH');
  });

  it('verifies again: provenance by another key', async () => {
    const request = await world.request();
    const [artifact] = request.artifacts;
    if (artifact === undefined) throw new Error('no artifact');
    const forged = { ...artifact, provenance: [await signedProvenance(KEYS.stranger, artifact.bytes)] };
    await expect(publishRelease({ ...request, artifacts: [forged] }, world.deps)).rejects.toMatchObject({ exit: 5 });
    expect(await (await open()).list()).toEqual([]);
  });

  it('verifies again: statements about other bytes, and none at all', async () => {
    const request = await world.request();
    const [artifact] = request.artifacts;
    if (artifact === undefined) throw new Error('no artifact');
    const other = { ...artifact, bytes: tinyModule('swapped') };
    await refused(() => publishRelease({ ...request, artifacts: [other] }, world.deps), 'SUBJECT_MISMATCH');
    const bare = { ...artifact, provenance: [] };
    await refused(() => publishRelease({ ...request, artifacts: [bare] }, world.deps), 'PROVENANCE_MISSING');
  });

  it('verifies again: a verdict under a policy that is not accepted', async () => {
    const request = await world.request();
    await changePolicies({ accept: [new TextEncoder().encode('{"other":1}')], retire: [POLICY_DIGEST] }, world.deps);
    await refused(() => publishRelease(request, world.deps), 'STATEMENT_INVALID');
  });

  it('signs nothing with a key of another role', async () => {
    const request = await world.request();
    const deps = { ...world.deps, signer: signerWith(KEYS.verdict) };
    await refused(() => publishRelease(request, deps), 'IDENTITY_MISMATCH');
  });

  it('says in a dry run what would change, and changes nothing', async () => {
    const before = new Map(folder.files);
    const plan = await publishRelease(await world.request(), world.deps, { dryRun: true });
    expect(plan.transition).toMatchObject({ serial: 3, newPlugins: ['acme/greet'], changedOwners: [] });
    expect(plan.files.map(({ path }) => path.split('/')[0])).toEqual(['blobs', 'att', 'att', 'index', 'shards']);
    expect(folder.files).toEqual(before);
  });

  it('leaves the old snapshot valid and complete wherever it is interrupted, and can be repeated', async () => {
    const request = await world.request();
    let interruptions = 0;
    for (let failAt = 1; ; failAt++) {
      const copy = memoryFolder(new Map(folder.files));
      let writes = 0;
      copy.beforeWrite = () => {
        if (++writes === failAt) throw new Error('the power fails');
      };
      const deps = { ...world.deps, registry: memoryRegistry(copy) };
      const finished = await publishRelease(request, deps).then(
        () => true,
        () => false,
      );
      if (finished) break;
      interruptions++;
      const registry = await open(copy);
      const switched = copy.log.includes('replace snapshot.json');
      expect(await registry.list()).toEqual(switched ? ['acme/greet'] : []);
      copy.beforeWrite = undefined;
      if (!switched) await publishRelease(request, deps);
      expect(await (await open(copy)).list()).toEqual(['acme/greet']);
    }
    expect(interruptions).toBe(8);
  });

  it('keeps others out while it runs', async () => {
    const both = await Promise.allSettled([
      publishRelease(await world.request(), world.deps),
      publishRelease(await world.request({ version: '2.0.0' }), world.deps),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('maintaining a registry', () => {
  it('blocks a version with its reason', async () => {
    await world.publish();
    await setState(
      { name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware', severity: 'critical' },
      world.deps,
    );
    expect((await greet()).map(({ state, stateEvent }) => [state, stateEvent?.reason])).toEqual([
      ['blocked', 'malware'],
    ]);
  });

  it('knows no state of what was never published, and suggests the near name', async () => {
    await world.publish();
    const state = { state: 'yanked' as const, reason: 'x' };
    await refused(() => setState({ name: 'acme/greet', version: '9.0.0', ...state }, world.deps), 'VERSION_UNKNOWN');
    await expect(setState({ name: 'acme/gret', version: '1.0.0', ...state }, world.deps)).rejects.toMatchObject({
      code: 'PLUGIN_UNKNOWN',
      hint: expect.stringContaining('acme/greet'),
    });
  });

  it('renews a snapshot, also one that has expired, under the next serial', async () => {
    world.clock.forward(24 * 31);
    await expect(open()).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
    const plan = await resnapshot(world.deps);
    expect(plan.snapshot.serial).toBe(3);
    expect(plan.files).toEqual([]);
    expect((await open()).snapshot.serial).toBe(3);
  });

  it('signs nothing under an expired root', async () => {
    world.clock.forward(24 * 366);
    await refused(() => resnapshot(world.deps), 'ROOT_EXPIRED');
  });

  it('changes owners only where a person has decided it', async () => {
    const owners = { namespace: 'acme', authors: [keyIdentity(KEYS.stranger)], keys: ringOf(KEYS.stranger) };
    await refused(() => setOwners(owners, world.deps), 'TRANSITION_INVALID');
    const plan = await setOwners(owners, world.deps, { replace: true });
    expect(plan.transition.changedOwners).toEqual(['acme']);
  });

  it('blocks a version and replaces owners after a publisher whose clock ran ahead', async () => {
    const owners = { namespace: 'acme', authors: [keyIdentity(KEYS.author)], keys: ringOf(KEYS.author) };
    const ahead = { ...world.deps, clock: handClock(new Date('2027-05-01T00:00:00Z')) };
    await world.publish();
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'deprecated', reason: 'old' }, ahead);
    await setOwners(owners, ahead, { replace: true });
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, world.deps);
    await setOwners(owners, world.deps, { replace: true });
    const registry = await open();
    expect((await registry.log('acme/greet'))?.entries.at(-1)?.event).toMatchObject({
      state: 'blocked',
      at: '2027-05-01T00:00:00.000Z',
    });
    expect((await registry.owners('acme'))?.since).toBe('2027-05-01T00:00:00.000Z');
  });

  it('refuses owners whose key was not given', () =>
    refused(
      () => setOwners({ namespace: 'new', authors: [keyIdentity(KEYS.stranger)], keys: {} }, world.deps),
      'KEY_MISSING',
    ));

  it.each(['root1', 'verdict', 'snapshot'] as const)(
    'refuses owners with the key of %s, which holds another role',
    (role) => {
      const owners = { namespace: 'new', authors: [keyIdentity(KEYS[role])], keys: ringOf(KEYS[role]) };
      return refused(() => setOwners(owners, world.deps), 'INPUT_INVALID');
    },
  );

  it('retires only policies that it has', () =>
    refused(() => changePolicies({ accept: [], retire: [digestOf('none')] }, world.deps), 'POLICY_INVALID'));
});

describe('rotating the root', () => {
  const year = () => new Date(world.clock.now().getTime() + 3e10);
  const old = [signerWith(KEYS.root1), signerWith(KEYS.root2)];

  it('is followed by clients that pinned the first one', async () => {
    await rotateRoot({ signers: old, expires: year() }, world.deps);
    expect((await open()).root.version).toBe(2);
  });

  it('needs the threshold of the old root', () =>
    refused(() => rotateRoot({ signers: old.slice(0, 1), expires: year() }, world.deps), 'ROOT_INVALID'));

  it('never parts the newest root from the newest snapshot', () =>
    refused(
      () =>
        rotateRoot(
          {
            signers: old,
            expires: year(),
            keys: ringOf(KEYS.stranger),
            roles: { ...initRequest().roles, snapshot: [keyIdentity(KEYS.stranger)] },
          },
          world.deps,
        ),
      'BUNDLE_INVALID',
    ));

  it('hands a role over in three steps', async () => {
    const both = [keyIdentity(KEYS.snapshot), keyIdentity(KEYS.stranger)];
    const roles = initRequest().roles;
    const keys = ringOf(KEYS.stranger);
    await rotateRoot({ signers: old, expires: year(), keys, roles: { ...roles, snapshot: both } }, world.deps);
    await resnapshot({ ...world.deps, signer: signerWith(KEYS.stranger) });
    await rotateRoot({ signers: old, expires: year(), roles: { ...roles, snapshot: both.slice(1) } }, world.deps);
    expect((await open()).root.version).toBe(3);
    await refused(() => resnapshot(world.deps), 'BUNDLE_INVALID');
  });
});
