import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { LAYOUT } from '#registry/layout';
import { readBlocked, readCurrent, readInstalled, readLock, readRegistryState } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { install } from '#stages/install/install';
import { installedAsLocked, refresh, rollback, start } from '#stages/install/maintain';
import { setOwners, setState } from '#stages/publish/maintain';
import { publishRelease } from '#stages/publish/publish-release';
import { memoryFolder } from '../../fakes/memory-folder.ts';
import { expectRefused } from '../../fakes/refusal.ts';
import { POLICY_DIGEST, tinyModule } from '../../fakes/registry-world.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';
import { keyIdentity, KEYS, ringOf, signedProvenance, signedVerdict, summaryOf } from '../../trust/world.ts';

let host: RuntimeWorld;
beforeEach(async () => {
  host = await RuntimeWorld.create();
});

const refused = (action: () => Promise<unknown>, code: string) => expectRefused(host.runtime, action, code);

describe('installing', () => {
  it('puts bytes, lock, generation and registry state in place', async () => {
    const result = await host.install(['acme/greet']);
    expect(result.changes).toEqual([
      { name: 'acme/greet', kind: 'installed', from: undefined, to: '1.0.0', capabilitiesAdded: [] },
    ]);
    expect(host.runtime.files.get(RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0'))))).toEqual(
      tinyModule('acme/greet@1.0.0'),
    );
    expect((await readLock(host.runtime))?.plugins['acme/greet']).toMatchObject({
      registry: 'main',
      version: '1.0.0',
      requested: '*',
      dependency: false,
      signer: keyIdentity(KEYS.author),
    });
    expect((await readRegistryState(host.runtime, 'main'))?.serial).toBe(3);
    expect(host.runtime.files.has(RUNTIME.journal)).toBe(false);
  });

  it('of what is installed already makes no new generation but remembers the newer serial', async () => {
    await host.install(['acme/greet']);
    await host.registry.publish({ name: 'acme/roman' });
    const again = await host.install(['acme/greet']);
    expect(again.generation).toBe(1);
    expect(again.changes.map(({ kind }) => kind)).toEqual(['unchanged']);
    expect((await readRegistryState(host.runtime, 'main'))?.serial).toBe(4);
  });

  it('in a dry run says what would change and writes nothing', async () => {
    const result = await install({ resolution: await host.resolve(['acme/greet']), trust: host.trust }, host.deps(), {
      dryRun: true,
    });
    expect(result.changes.map(({ kind }) => kind)).toEqual(['installed']);
    expect(host.runtime.files.size).toBe(0);
  });

  it('is all or nothing: one bad plugin keeps the whole set out, and every reason is named', async () => {
    await host.registry.publish({ name: 'acme/roman' });
    await host.registry.publish({ name: 'acme/luhn' });
    for (const name of ['roman', 'luhn']) {
      const path = LAYOUT.blob(digestOf(tinyModule(`acme/${name}@1.0.0`)));
      host.shelf.files.set(path, tinyModule('tampered'));
    }
    const action = () => host.install(['acme/greet', 'acme/roman', 'acme/luhn']);
    await refused(action, 'DIGEST_MISMATCH');
    const error = await action().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ problems: [{}, {}] });
  });

  it('repairs a stored copy that was damaged', async () => {
    await host.install(['acme/greet']);
    const path = RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0')));
    host.runtime.files.set(path, tinyModule('damaged'));
    await expect(start(host.runtime)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await host.install(['acme/greet']);
    expect(digestOf(host.runtime.files.get(path) ?? '')).toBe(digestOf(tinyModule('acme/greet@1.0.0')));
  });

  it('brings the old set back when the probe fails', async () => {
    await host.install(['acme/greet']);
    await host.registry.publish({ version: '2.0.0' });
    const before = new Map([...host.runtime.files].filter(([path]) => !path.startsWith('store/')));
    const probe = async () => {
      throw new AssayError('LOAD_FAILED', 'the host does not come up');
    };
    const resolution = await host.resolve(['acme/greet'], { upgrade: 'all' });
    await expect(install({ resolution, trust: host.trust }, { ...host.deps(), probe })).rejects.toMatchObject({
      code: 'LOAD_FAILED',
    });
    expect(new Map([...host.runtime.files].filter(([path]) => !path.startsWith('store/')))).toEqual(before);
  });

  it('keeps so many generations and no blob that none of them needs', async () => {
    for (let minor = 1; minor <= 4; minor++) {
      await host.registry.publish({ version: `1.${minor}.0` });
      await install(
        {
          resolution: await host.resolve(['acme/greet'], { upgrade: 'all' }),
          trust: { ...host.trust, generationsKept: 2 },
        },
        host.deps(),
      );
    }
    expect(await host.runtime.list(RUNTIME.generations)).toEqual(['3', '4']);
    expect((await host.runtime.list(RUNTIME.store)).length).toBe(2);
  });
});

describe('the gate refuses', () => {
  it('what does not load', async () => {
    host.unloadable = 'acme/greet 1.0.0';
    await refused(() => host.install(['acme/greet']), 'LOAD_FAILED');
  });

  it('capabilities that this machine does not grant', async () => {
    await host.registry.publish({ name: 'acme/net', capabilities: ['net', 'host:env.log', 'stdio'] });
    host.trust = { ...host.trust, capabilities: ['stdio', 'host:env.*'] };
    await refused(() => host.install(['acme/net']), 'CAPABILITY_DENIED');
    host.trust = { ...host.trust, capabilities: ['stdio', 'host:env.*', 'net'] };
    expect((await host.install(['acme/net'])).plugins.get('acme/net')?.capabilities).toContain('net');
  });

  it('another ABI, another host version and another platform', async () => {
    await host.registry.publish({ name: 'acme/host', abi: { kind: 'extism', host: '^2.0.0' } });
    host.trust = { ...host.registry.trust, abis: ['wasi-p1'] };
    await refused(() => host.install(['acme/host']), 'INCOMPATIBLE');
    host.trust = { ...host.registry.trust, hostVersion: '1.9.0' };
    await refused(() => host.install(['acme/host']), 'INCOMPATIBLE');
    host.trust = { ...host.registry.trust, platforms: ['native-x64'] };
    await refused(() => host.install(['acme/host']), 'INCOMPATIBLE');
    host.trust = { ...host.registry.trust, hostVersion: '2.3.0' };
    expect((await host.install(['acme/host'])).warnings).toEqual([]);
  });

  it('to be silent where a host range cannot be checked', async () => {
    await host.registry.publish({ name: 'acme/host', abi: { kind: 'extism', host: '^2.0.0' } });
    expect((await host.install(['acme/host'])).warnings).toEqual([expect.stringContaining('^2.0.0')]);
  });

  it('a verdict under a policy that this machine does not accept', async () => {
    const main = host.registry.trust.registries['main'];
    if (main === undefined) throw new Error('no registry');
    host.trust = { ...host.trust, registries: { main: { ...main, policies: [digestOf('mine')] } } };
    await refused(() => host.install(['acme/greet']), 'VERDICT_MISSING');
  });

  it('a new author of a plugin that is installed, until somebody accepts it', async () => {
    await host.install(['acme/greet']);
    const owners = { namespace: 'acme', authors: [keyIdentity(KEYS.stranger)], keys: ringOf(KEYS.stranger) };
    await setOwners(owners, host.registry.deps, { replace: true });
    const bytes = tinyModule('by the new author');
    const provenance = [await signedProvenance(KEYS.stranger, bytes)];
    const verdict = await signedVerdict(
      summaryOf(provenance, { name: 'acme/greet', version: '1.1.0', artifact: digestOf(bytes), policy: POLICY_DIGEST }),
    );
    const request = await host.registry.request({ version: '1.1.0' }, { bytes });
    const [artifact] = request.artifacts;
    if (artifact === undefined) throw new Error('no artifact');
    await publishRelease({ ...request, artifacts: [{ ...artifact, provenance, verdict }] }, host.registry.deps);
    await refused(() => host.install(['acme/greet'], { upgrade: 'all' }), 'IDENTITY_MISMATCH');
    const accepted = await host.install(
      ['acme/greet'],
      { upgrade: 'all' },
      { acceptNewSigner: new Set(['acme/greet']) },
    );
    expect(accepted.lock.plugins['acme/greet']?.signer).toEqual(keyIdentity(KEYS.stranger));
  });
});

describe('going back', () => {
  const twoGenerations = async () => {
    await host.install(['acme/greet']);
    await host.registry.publish({ version: '1.1.0' });
    await host.install(['acme/greet'], { upgrade: 'all' });
  };

  it('takes the set before into use, lock included', async () => {
    await twoGenerations();
    const { generation, changes } = await rollback(host.maintenance());
    expect(generation).toBe(1);
    expect(changes[0]).toMatchObject({ kind: 'downgraded', to: '1.0.0' });
    expect((await readLock(host.runtime))?.plugins['acme/greet']?.version).toBe('1.0.0');
    await refused(() => rollback(host.maintenance()), 'GENERATION_UNKNOWN');
    expect((await rollback(host.maintenance(), 2)).generation).toBe(2);
  });

  it('never to a version that was blocked, once this machine has heard of it', async () => {
    await twoGenerations();
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, host.registry.deps);
    await host.registry.publish({ version: '1.2.0' });
    await host.install(['acme/greet'], { upgrade: 'all' });
    expect(await readBlocked(host.runtime)).toEqual([
      { registry: 'main', name: 'acme/greet', version: '1.0.0', reason: 'malware' },
    ]);
    await refused(() => rollback(host.maintenance(), 1), 'VERSION_BLOCKED');
    await expect(rollback(host.maintenance(), 1)).rejects.toMatchObject({ hint: expect.stringMatching(/--to 2$/) });
    expect((await rollback(host.maintenance())).generation).toBe(2);
  });

  it('never to bytes that were damaged, nor to a generation that is not there', async () => {
    await twoGenerations();
    host.runtime.files.set(RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0'))), tinyModule('damaged'));
    await refused(() => rollback(host.maintenance()), 'DIGEST_MISMATCH');
    await refused(() => rollback(host.maintenance(), 7), 'GENERATION_UNKNOWN');
  });
});

describe('starting', () => {
  it('gives the installed set after reading every byte of it', async () => {
    await host.install(['acme/greet']);
    expect(await start(host.runtime)).toMatchObject({
      recovery: 'nothing to do',
      quarantined: [],
      generation: { number: 1 },
    });
  });

  it('of an empty folder gives nothing', async () => {
    expect((await start(host.runtime)).generation).toBeUndefined();
  });

  it.each([RUNTIME.current, RUNTIME.generationFile(1)])('says that %s is damaged', async (path) => {
    await host.install(['acme/greet']);
    host.runtime.files.set(path, new TextEncoder().encode('{'));
    await refused(() => start(host.runtime), 'STATE_DAMAGED');
  });

  it('quarantines what was blocked while it was installed, once this machine has heard of it', async () => {
    await host.install(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, host.registry.deps);
    expect((await start(host.runtime)).quarantined).toEqual([]);
    const registry = await (await host.opener())('main');
    const heard = await refresh(new Map([['main', registry]]), host.deps());
    expect(heard.map(({ name }) => name)).toEqual(['acme/greet']);
    expect((await start(host.runtime)).quarantined).toEqual(heard);
    expect((await readRegistryState(host.runtime, 'main'))?.serial).toBe(4);
  });
});

describe('an interruption at any write', () => {
  it('of an upgrade leaves one whole set, and the upgrade can be repeated', async () => {
    await host.install(['acme/greet']);
    await host.registry.publish({ version: '1.1.0' });
    const resolution = await host.resolve(['acme/greet'], { upgrade: 'all' });
    const outcomes: string[] = [];
    for (let failAt = 1; ; failAt++) {
      const copy = memoryFolder(new Map(host.runtime.files));
      let writes = 0;
      copy.beforeWrite = () => {
        if (++writes >= failAt) throw new Error('the power fails');
      };
      const attempt = install({ resolution, trust: host.trust }, { ...host.deps(), runtime: copy });
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
      await install({ resolution, trust: host.trust }, { ...host.deps(), runtime: copy });
      expect((await start(copy)).generation?.plugins['acme/greet']?.version).toBe('1.1.0');
    }
    expect(new Set(outcomes)).toEqual(new Set(['nothing to do: 1.0.0', 'undone: 1.0.0', 'finished: 1.1.0']));
  });

  it('of a first install leaves nothing or the set', async () => {
    const resolution = await host.resolve(['acme/greet']);
    for (let failAt = 1; ; failAt++) {
      const copy = memoryFolder();
      let writes = 0;
      copy.beforeWrite = () => {
        if (++writes >= failAt) throw new Error('the power fails');
      };
      const finished = await install({ resolution, trust: host.trust }, { ...host.deps(), runtime: copy }).then(
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

describe('what is installed as locked', () => {
  it('needs no registry at all', async () => {
    const { lock } = await host.install(['acme/greet']);
    host.shelf.files.clear();
    expect((await installedAsLocked(host.runtime, lock))?.number).toBe(1);
  });

  it('is nothing when the lock says something else or a byte was damaged', async () => {
    const { lock } = await host.install(['acme/greet']);
    expect(await installedAsLocked(host.runtime, { ...lock, plugins: {} })).toBeUndefined();
    host.runtime.files.set(RUNTIME.blob(digestOf(tinyModule('acme/greet@1.0.0'))), tinyModule('damaged'));
    expect(await installedAsLocked(host.runtime, lock)).toBeUndefined();
    expect(await installedAsLocked(memoryFolder(), lock)).toBeUndefined();
  });

  it('is not loaded again when something is installed beside it', async () => {
    await host.install(['acme/greet']);
    await host.registry.publish({ name: 'acme/roman' });
    await host.install(['acme/greet', 'acme/roman']);
    expect(host.loaded).toEqual(['acme/greet 1.0.0', 'acme/roman 1.0.0']);
  });
});
