import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Abi } from '#model/manifest';
import type { TrustPolicy } from '#model/trust-policy';
import { parseRequirement } from '#registry/resolution';
import { readBlocked, readCurrent, readInstalled, readLock, readRegistryState } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { install, type InstallRequest } from '#stages/install/install';
import { refresh, rollback, start, uninstall } from '#stages/install/maintain';
import { resolveFrozen } from '#stages/resolve/frozen';
import { registryOpener } from '#stages/resolve/open-registries';
import { resolve, type ResolveRequest } from '#stages/resolve/resolve';
import { setOwners, setState } from '#stages/publish/maintain';
import { publishRelease } from '#stages/publish/publish-release';
import { LAYOUT } from '#registry/layout';
import { type MemoryFolder, memoryFolder, memoryRegistry } from '../../fakes/memory-folder.ts';
import { POLICY_DIGEST, type RegistryWorld, registryWorld, tinyModule } from '../../fakes/registry-world.ts';
import { keyIdentity, KEYS, ringOf, signedProvenance, signedVerdict, summaryOf, verifier } from '../../trust/world.ts';

let shelf: MemoryFolder;
let world: RegistryWorld;
let runtime: MemoryFolder;
let trust: TrustPolicy;
const loader = {
  refuse: '',
  async check(_bytes: Uint8Array, _abi: Abi, what: string) {
    if (what === loader.refuse) throw new AssayError('LOAD_FAILED', `${what} does not load`);
  },
};

beforeEach(async () => {
  shelf = memoryFolder();
  world = await registryWorld(memoryRegistry(shelf));
  runtime = memoryFolder();
  trust = world.trust;
  loader.refuse = '';
  await world.publish();
});

async function resolved(names: readonly string[], change: Partial<ResolveRequest> = {}) {
  const locked = await readLock(runtime);
  const open = registryOpener({
    trust,
    readerFor: () => world.registry,
    verifier,
    clock: world.clock,
    runtime,
    locked,
  });
  return resolve({ requirements: names.map(parseRequirement), trust, locked, now: world.clock.now(), ...change }, open);
}

const deps = () => ({ runtime, verifier, loader, clock: world.clock });
const keep = () => ({ runtime, clock: world.clock, generationsKept: 5 });

async function put(names: readonly string[], change: Partial<ResolveRequest> = {}, more: Partial<InstallRequest> = {}) {
  return install({ resolution: await resolved(names, change), trust, ...more }, deps());
}

/** Runs something that must fail and requires that the runtime folder is byte for byte as before. */
async function refused(action: () => Promise<unknown>, code: string): Promise<void> {
  const before = new Map(runtime.files);
  await expect(action()).rejects.toMatchObject({ code });
  expect(runtime.files).toEqual(before);
}

describe('installing', () => {
  it('puts bytes, lock, generation and registry state in place', async () => {
    const result = await put(['acme/greet']);
    expect(result.changes).toEqual([
      { name: 'acme/greet', kind: 'installed', from: undefined, to: '1.0.0', capabilitiesAdded: [] },
    ]);
    expect(runtime.files.get(RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0'))))).toEqual(
      tinyModule('acme/greet@1.0.0'),
    );
    expect((await readLock(runtime))?.plugins['acme/greet']).toMatchObject({
      registry: 'main',
      version: '1.0.0',
      requested: '*',
      dependency: false,
      signer: keyIdentity(KEYS.author),
    });
    expect((await readRegistryState(runtime, 'main'))?.serial).toBe(3);
    expect(runtime.files.has(RUNTIME.journal)).toBe(false);
  });

  it('of what is installed already makes no new generation but remembers the newer serial', async () => {
    await put(['acme/greet']);
    await world.publish({ name: 'acme/roman' });
    const again = await put(['acme/greet']);
    expect(again.generation).toBe(1);
    expect(again.changes.map(({ kind }) => kind)).toEqual(['unchanged']);
    expect((await readRegistryState(runtime, 'main'))?.serial).toBe(4);
  });

  it('in a dry run says what would change and writes nothing', async () => {
    const result = await install({ resolution: await resolved(['acme/greet']), trust }, deps(), { dryRun: true });
    expect(result.changes.map(({ kind }) => kind)).toEqual(['installed']);
    expect(runtime.files.size).toBe(0);
  });

  it('is all or nothing: one bad plugin keeps the whole set out, and every reason is named', async () => {
    await world.publish({ name: 'acme/roman' });
    await world.publish({ name: 'acme/luhn' });
    for (const name of ['roman', 'luhn']) {
      const path = LAYOUT.blob(digestOf(tinyModule(`acme/${name}@1.0.0`)));
      shelf.files.set(path, tinyModule('tampered'));
    }
    const action = () => put(['acme/greet', 'acme/roman', 'acme/luhn']);
    await refused(action, 'DIGEST_MISMATCH');
    const error = await action().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ problems: [{}, {}] });
  });

  it('repairs a stored copy that was damaged', async () => {
    await put(['acme/greet']);
    const path = RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0')));
    runtime.files.set(path, tinyModule('damaged'));
    await expect(start(runtime)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await put(['acme/greet']);
    expect(digestOf(runtime.files.get(path) ?? '')).toBe(digestOf(tinyModule('acme/greet@1.0.0')));
  });

  it('brings the old set back when the probe fails', async () => {
    await put(['acme/greet']);
    await world.publish({ version: '2.0.0' });
    const before = new Map([...runtime.files].filter(([path]) => !path.startsWith('store/')));
    const probe = async () => {
      throw new AssayError('LOAD_FAILED', 'the host does not come up');
    };
    const resolution = await resolved(['acme/greet'], { upgrade: 'all' });
    await expect(install({ resolution, trust }, { ...deps(), probe })).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect(new Map([...runtime.files].filter(([path]) => !path.startsWith('store/')))).toEqual(before);
  });

  it('keeps so many generations and no blob that none of them needs', async () => {
    for (let minor = 1; minor <= 4; minor++) {
      await world.publish({ version: `1.${minor}.0` });
      await install(
        { resolution: await resolved(['acme/greet'], { upgrade: 'all' }), trust: { ...trust, generationsKept: 2 } },
        deps(),
      );
    }
    expect(await runtime.list(RUNTIME.generations)).toEqual(['3', '4']);
    expect((await runtime.list(RUNTIME.store)).length).toBe(2);
  });
});

describe('the gate refuses', () => {
  it('what does not load', async () => {
    loader.refuse = 'acme/greet 1.0.0';
    await refused(() => put(['acme/greet']), 'LOAD_FAILED');
  });

  it('capabilities that this machine does not grant', async () => {
    await world.publish({ name: 'acme/net', capabilities: ['net', 'host:env.log', 'stdio'] });
    trust = { ...trust, capabilities: ['stdio', 'host:env.*'] };
    await refused(() => put(['acme/net']), 'CAPABILITY_DENIED');
    trust = { ...trust, capabilities: ['stdio', 'host:env.*', 'net'] };
    expect((await put(['acme/net'])).plugins.get('acme/net')?.capabilities).toContain('net');
  });

  it('another ABI, another host version and another platform', async () => {
    await world.publish({ name: 'acme/host', abi: { kind: 'extism', host: '^2.0.0' } });
    trust = { ...world.trust, abis: ['wasi-p1'] };
    await refused(() => put(['acme/host']), 'INCOMPATIBLE');
    trust = { ...world.trust, hostVersion: '1.9.0' };
    await refused(() => put(['acme/host']), 'INCOMPATIBLE');
    trust = { ...world.trust, platforms: ['native-x64'] };
    await refused(() => put(['acme/host']), 'INCOMPATIBLE');
    trust = { ...world.trust, hostVersion: '2.3.0' };
    expect((await put(['acme/host'])).warnings).toEqual([]);
  });

  it('to be silent where a host range cannot be checked', async () => {
    await world.publish({ name: 'acme/host', abi: { kind: 'extism', host: '^2.0.0' } });
    expect((await put(['acme/host'])).warnings).toEqual([expect.stringContaining('^2.0.0')]);
  });

  it('a verdict under a policy that this machine does not accept', async () => {
    const main = world.trust.registries['main'];
    if (main === undefined) throw new Error('no registry');
    trust = { ...trust, registries: { main: { ...main, policies: [digestOf('mine')] } } };
    await refused(() => put(['acme/greet']), 'VERDICT_MISSING');
  });

  it('a new author of a plugin that is installed, until somebody accepts it', async () => {
    await put(['acme/greet']);
    const owners = { namespace: 'acme', authors: [keyIdentity(KEYS.stranger)], keys: ringOf(KEYS.stranger) };
    await setOwners(owners, world.deps, { replace: true });
    const bytes = tinyModule('by the new author');
    const provenance = [await signedProvenance(KEYS.stranger, bytes)];
    const verdict = await signedVerdict(
      summaryOf(provenance, { name: 'acme/greet', version: '1.1.0', artifact: digestOf(bytes), policy: POLICY_DIGEST }),
    );
    const request = await world.request({ version: '1.1.0' }, { bytes });
    const [artifact] = request.artifacts;
    if (artifact === undefined) throw new Error('no artifact');
    await publishRelease({ ...request, artifacts: [{ ...artifact, provenance, verdict }] }, world.deps);
    await refused(() => put(['acme/greet'], { upgrade: 'all' }), 'IDENTITY_MISMATCH');
    const accepted = await put(['acme/greet'], { upgrade: 'all' }, { acceptNewSigner: new Set(['acme/greet']) });
    expect(accepted.lock.plugins['acme/greet']?.signer).toEqual(keyIdentity(KEYS.stranger));
  });
});

describe('resolving', () => {
  it('takes the highest version that fits and stays on the locked one while it fits', async () => {
    await put(['acme/greet@^1']);
    await world.publish({ version: '1.2.0' });
    await world.publish({ version: '2.0.0' });
    expect((await put(['acme/greet@^1'])).plugins.get('acme/greet')?.version).toBe('1.0.0');
    expect((await put(['acme/greet@^1'], { upgrade: 'all' })).plugins.get('acme/greet')?.version).toBe('1.2.0');
    expect((await put(['acme/greet@^2'])).plugins.get('acme/greet')?.version).toBe('2.0.0');
  });

  it('takes prereleases only when asked', async () => {
    await world.publish({ version: '2.0.0-rc.1' });
    expect((await resolved(['acme/greet'])).plugins[0]?.version.release.version).toBe('1.0.0');
    expect((await resolved(['acme/greet'], { prereleases: true })).plugins[0]?.version.release.version).toBe(
      '2.0.0-rc.1',
    );
    expect((await resolved(['acme/greet@2.0.0-rc.1'])).plugins[0]?.version.release.version).toBe('2.0.0-rc.1');
    await expect(resolved(['acme/greet@^2'])).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
      hint: expect.stringContaining('2.0.0-rc.1'),
    });
  });

  it('keeps a yanked version that is locked, with a warning, and never chooses it anew', async () => {
    await put(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'yanked', reason: 'broken' }, world.deps);
    expect((await resolved(['acme/greet'])).warnings).toEqual([expect.stringContaining('broken')]);
    runtime = memoryFolder();
    await expect(resolved(['acme/greet'])).rejects.toMatchObject({ code: 'VERSION_BLOCKED' });
  });

  it('never takes a blocked version, also not a locked one', async () => {
    await put(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, world.deps);
    await expect(resolved(['acme/greet'])).rejects.toMatchObject({
      code: 'VERSION_BLOCKED',
      message: expect.stringContaining('malware'),
    });
    await world.publish({ version: '1.0.1' });
    expect((await resolved(['acme/greet'])).plugins[0]?.version.release.version).toBe('1.0.1');
  });

  it('waits for the minimum age', async () => {
    trust = { ...trust, minimumAgeHours: 48 };
    await expect(resolved(['acme/greet'])).rejects.toMatchObject({ code: 'VERSION_TOO_NEW' });
    world.clock.forward(47);
    await world.publish({ version: '1.1.0' });
    world.clock.forward(2);
    expect((await resolved(['acme/greet'])).plugins[0]?.version.release.version).toBe('1.0.0');
  });

  it('refuses to go back to a lower version unless asked', async () => {
    await world.publish({ version: '2.0.0' });
    await put(['acme/greet']);
    await expect(resolved(['acme/greet@^1'])).rejects.toMatchObject({ code: 'DOWNGRADE_REFUSED' });
    expect((await put(['acme/greet@^1'], { allowDowngrade: true })).changes[0]?.kind).toBe('downgraded');
  });

  it('brings dependencies along and settles on what all of them accept', async () => {
    await world.publish({ version: '1.5.0' });
    await world.publish({ version: '2.0.0' });
    await world.publish({ name: 'acme/one', dependencies: { 'acme/greet': '^1' } });
    await world.publish({ name: 'acme/two', dependencies: { 'acme/one': '*', 'acme/greet': '<1.5.0' } });
    const { plugins } = await put(['acme/two']);
    expect([...plugins].map(([name, { version }]) => `${name} ${version}`)).toEqual([
      'acme/greet 1.0.0',
      'acme/one 1.0.0',
      'acme/two 1.0.0',
    ]);
    expect((await readLock(runtime))?.plugins['acme/greet']).toMatchObject({
      dependency: true,
      requested: '<1.5.0 ^1',
    });
  });

  it('says who asks for what when no version suits all', async () => {
    await world.publish({ version: '2.0.0' });
    await world.publish({ name: 'acme/one', dependencies: { 'acme/greet': '^1' } });
    await expect(resolved(['acme/one', 'acme/greet@^2'])).rejects.toMatchObject({
      code: 'REQUIREMENTS_CONFLICT',
      problems: [{ message: 'the configuration needs acme/greet ^2' }, { message: 'acme/one needs acme/greet ^1' }],
    });
  });

  it.each([
    ['acme/gret', 'PLUGIN_UNKNOWN', 'acme/greet'],
    ['acme/greet@^7', 'VERSION_UNKNOWN', '1.0.0'],
    ['stray:acme/greet', 'REGISTRY_UNKNOWN', 'main'],
    ['acme/greet@nonsense', 'INPUT_INVALID', '^1.4'],
  ])('answers %s with %s and a way on', async (text, code, hint) => {
    await expect((async () => resolved([text]))()).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
  });

  it('never asks several registries and takes the first', async () => {
    const second = { url: 'elsewhere', root: digestOf('other') };
    trust = { ...trust, namespaces: {}, registries: { ...trust.registries, second } };
    await expect(resolved(['acme/greet'])).rejects.toMatchObject({
      code: 'NAME_AMBIGUOUS',
      hint: expect.stringContaining('"namespaces"'),
    });
    trust = { ...trust, namespaces: { acme: 'main' } };
    await expect(resolved(['second:acme/greet'])).rejects.toMatchObject({ code: 'NAME_AMBIGUOUS' });
  });

  it('refuses a registry that has gone back behind what was installed from it', async () => {
    const old = new Map(shelf.files);
    await world.publish({ version: '1.1.0' });
    await put(['acme/greet']);
    shelf.files.clear();
    for (const [path, bytes] of old) shelf.files.set(path, bytes);
    await expect(resolved(['acme/greet'])).rejects.toMatchObject({ code: 'SNAPSHOT_ROLLBACK' });
  });
});

describe('a frozen install', () => {
  const frozen = async (names: readonly string[] = []) => {
    const lock = await readLock(runtime);
    if (lock === undefined) throw new Error('no lock');
    const target = memoryFolder();
    const open = registryOpener({
      trust,
      readerFor: () => world.registry,
      verifier,
      clock: world.clock,
      runtime: target,
      locked: lock,
    });
    const resolution = await resolveFrozen(lock, names.map(parseRequirement), trust, open);
    await install({ resolution, trust }, { ...deps(), runtime: target });
    return target;
  };

  it('gives exactly what is locked, though newer versions exist', async () => {
    await put(['acme/greet']);
    await world.publish({ version: '1.1.0' });
    const target = await frozen(['acme/greet']);
    expect((await readLock(target))?.plugins).toEqual((await readLock(runtime))?.plugins);
  });

  it('refuses what the lock does not hold', async () => {
    await put(['acme/greet']);
    await expect(frozen(['acme/greet@^2'])).rejects.toMatchObject({ code: 'LOCK_OUTDATED' });
    await expect(frozen(['acme/roman'])).rejects.toMatchObject({ code: 'LOCK_OUTDATED' });
  });

  it('refuses a locked version that was blocked since', async () => {
    await put(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, world.deps);
    await expect(frozen()).rejects.toMatchObject({ code: 'VERSION_BLOCKED' });
  });

  it('refuses a lock that trusts another root', async () => {
    await put(['acme/greet']);
    trust = { ...trust, registries: { main: { url: 'x', root: digestOf('another') } } };
    await expect(frozen()).rejects.toMatchObject({ code: 'ROOT_INVALID' });
  });
});

describe('uninstalling', () => {
  it('removes the plugin and what only it needed', async () => {
    await world.publish({ name: 'acme/one', dependencies: { 'acme/greet': '*' } });
    await put(['acme/one']);
    const { changes } = await uninstall(['acme/one'], keep());
    expect(changes.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['acme/greet removed', 'acme/one removed']);
    expect(await readLock(runtime)).toMatchObject({ plugins: {}, registries: {} });
  });

  it('refuses while something that stays depends on it', async () => {
    await world.publish({ name: 'acme/one', dependencies: { 'acme/greet': '*' } });
    await put(['acme/one', 'acme/greet']);
    await refused(() => uninstall(['acme/greet'], keep()), 'REQUIREMENTS_CONFLICT');
  });

  it('knows what is installed', async () => {
    await put(['acme/greet']);
    await refused(() => uninstall(['acme/roman'], keep()), 'PLUGIN_UNKNOWN');
  });
});

describe('going back', () => {
  const twoGenerations = async () => {
    await put(['acme/greet']);
    await world.publish({ version: '1.1.0' });
    await put(['acme/greet'], { upgrade: 'all' });
  };

  it('takes the set before into use, lock included', async () => {
    await twoGenerations();
    const { generation, changes } = await rollback(keep());
    expect(generation).toBe(1);
    expect(changes[0]).toMatchObject({ kind: 'downgraded', to: '1.0.0' });
    expect((await readLock(runtime))?.plugins['acme/greet']?.version).toBe('1.0.0');
    await refused(() => rollback(keep()), 'GENERATION_UNKNOWN');
    expect((await rollback(keep(), 2)).generation).toBe(2);
  });

  it('never to a version that was blocked, once this machine has heard of it', async () => {
    await twoGenerations();
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, world.deps);
    await world.publish({ version: '1.2.0' });
    await put(['acme/greet'], { upgrade: 'all' });
    expect(await readBlocked(runtime)).toEqual([
      { registry: 'main', name: 'acme/greet', version: '1.0.0', reason: 'malware' },
    ]);
    await refused(() => rollback(keep(), 1), 'VERSION_BLOCKED');
    expect((await rollback(keep())).generation).toBe(2);
  });

  it('never to bytes that were damaged, nor to a generation that is not there', async () => {
    await twoGenerations();
    runtime.files.set(RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0'))), tinyModule('damaged'));
    await refused(() => rollback(keep()), 'DIGEST_MISMATCH');
    await refused(() => rollback(keep(), 7), 'GENERATION_UNKNOWN');
  });
});

describe('starting', () => {
  it('gives the installed set after reading every byte of it', async () => {
    await put(['acme/greet']);
    expect(await start(runtime)).toMatchObject({
      recovery: 'nothing to do',
      quarantined: [],
      generation: { number: 1 },
    });
  });

  it('of an empty folder gives nothing', async () => {
    expect((await start(runtime)).generation).toBeUndefined();
  });

  it.each([RUNTIME.current, RUNTIME.generationFile(1)])('says that %s is damaged', async (path) => {
    await put(['acme/greet']);
    runtime.files.set(path, new TextEncoder().encode('{'));
    await refused(() => start(runtime), 'STATE_DAMAGED');
  });

  it('quarantines what was blocked while it was installed, once this machine has heard of it', async () => {
    await put(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, world.deps);
    expect((await start(runtime)).quarantined).toEqual([]);
    const registry = await registryOpener({
      trust,
      readerFor: () => world.registry,
      verifier,
      clock: world.clock,
      runtime,
    })('main');
    const heard = await refresh(new Map([['main', registry]]), deps());
    expect(heard.map(({ name }) => name)).toEqual(['acme/greet']);
    expect((await start(runtime)).quarantined).toEqual(heard);
    expect((await readRegistryState(runtime, 'main'))?.serial).toBe(4);
  });
});

describe('an interruption at any write', () => {
  it('of an upgrade leaves one whole set, and the upgrade can be repeated', async () => {
    await put(['acme/greet']);
    await world.publish({ version: '1.1.0' });
    const resolution = await resolved(['acme/greet'], { upgrade: 'all' });
    const outcomes: string[] = [];
    for (let failAt = 1; ; failAt++) {
      const copy = memoryFolder(new Map(runtime.files));
      let writes = 0;
      copy.beforeWrite = () => {
        if (++writes >= failAt) throw new Error('the power fails');
      };
      const attempt = install({ resolution, trust }, { ...deps(), runtime: copy });
      const finished = await attempt.then(
        () => true,
        () => false,
      );
      copy.beforeWrite = undefined;
      if (finished) break;
      const started = await start(copy);
      const version = started.generation?.plugins['acme/greet']?.version;
      expect((await readLock(copy))?.plugins['acme/greet']?.version).toBe(version);
      expect((await readInstalled(copy))?.number).toBe(await readCurrent(copy));
      outcomes.push(`${started.recovery}: ${version}`);
      await install({ resolution, trust }, { ...deps(), runtime: copy });
      expect((await start(copy)).generation?.plugins['acme/greet']?.version).toBe('1.1.0');
    }
    expect(new Set(outcomes)).toEqual(new Set(['nothing to do: 1.0.0', 'undone: 1.0.0', 'finished: 1.1.0']));
  });

  it('of a first install leaves nothing or the set', async () => {
    const resolution = await resolved(['acme/greet']);
    for (let failAt = 1; ; failAt++) {
      const copy = memoryFolder();
      let writes = 0;
      copy.beforeWrite = () => {
        if (++writes >= failAt) throw new Error('the power fails');
      };
      const finished = await install({ resolution, trust }, { ...deps(), runtime: copy }).then(
        () => true,
        () => false,
      );
      copy.beforeWrite = undefined;
      if (finished) break;
      const { generation, recovery } = await start(copy);
      expect(generation === undefined).toBe(recovery !== 'finished');
      expect((await readLock(copy)) === undefined).toBe(generation === undefined);
    }
  });
});
