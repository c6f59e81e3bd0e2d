import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import type { LockedPlugin } from '#model/lockfile';
import { parseRequirement } from '#registry/resolution';
import { readLock } from '#runtime/documents';
import { install } from '#stages/install/install';
import { setState } from '#stages/publish/maintain';
import { resolveFrozen } from '#stages/resolve/frozen';
import { memoryFolder } from '../../fakes/memory-folder.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';

let host: RuntimeWorld;
beforeEach(async () => {
  host = await RuntimeWorld.create();
});

describe('resolving', () => {
  it('takes the highest version that fits and stays on the locked one while it fits', async () => {
    await host.install(['acme/greet@^1']);
    await host.registry.publish({ version: '1.2.0' });
    await host.registry.publish({ version: '2.0.0' });
    expect((await host.install(['acme/greet@^1'])).plugins.get('acme/greet')?.version).toBe('1.0.0');
    expect((await host.install(['acme/greet@^1'], { upgrade: 'all' })).plugins.get('acme/greet')?.version).toBe(
      '1.2.0',
    );
    expect((await host.install(['acme/greet@^2'])).plugins.get('acme/greet')?.version).toBe('2.0.0');
  });

  it('takes the namespace "constructor" for one like any other', async () => {
    await expect(host.resolve(['constructor/greet'])).rejects.toMatchObject({ code: 'PLUGIN_UNKNOWN' });
  });

  it('takes prereleases only when asked', async () => {
    await host.registry.publish({ version: '2.0.0-rc.1' });
    expect((await host.resolve(['acme/greet'])).plugins[0]?.version.release.version).toBe('1.0.0');
    expect((await host.resolve(['acme/greet'], { prereleases: true })).plugins[0]?.version.release.version).toBe(
      '2.0.0-rc.1',
    );
    expect((await host.resolve(['acme/greet@2.0.0-rc.1'])).plugins[0]?.version.release.version).toBe('2.0.0-rc.1');
    await expect(host.resolve(['acme/greet@^2'])).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
      hint: expect.stringContaining('2.0.0-rc.1'),
    });
  });

  it('keeps a prerelease that is locked, also when something else is installed', async () => {
    await host.registry.publish({ version: '2.0.0-rc.1' });
    await host.registry.publish({ name: 'acme/roman' });
    await host.install(['acme/greet'], { prereleases: true });
    const { plugins } = await host.install(['acme/greet', 'acme/roman']);
    expect(plugins.get('acme/greet')?.version).toBe('2.0.0-rc.1');
  });

  it('waits for nothing where no age is asked for, though this clock is behind the publisher’s', async () => {
    const now = new Date(host.registry.clock.now().getTime() - 3000);
    expect((await host.resolve(['acme/greet'], { now })).plugins[0]?.version.release.version).toBe('1.0.0');
    host.trust = { ...host.trust, minimumAgeHours: 1 };
    await expect(host.resolve(['acme/greet'], { now })).rejects.toMatchObject({ code: 'VERSION_TOO_NEW' });
  });

  it('keeps a yanked version that is locked, with a warning, and never chooses it anew', async () => {
    await host.install(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'yanked', reason: 'broken' }, host.registry.deps);
    expect((await host.resolve(['acme/greet'])).warnings).toEqual([expect.stringContaining('broken')]);
    host.runtime = memoryFolder();
    await expect(host.resolve(['acme/greet'])).rejects.toMatchObject({ code: 'VERSION_BLOCKED' });
  });

  it('never takes a blocked version, also not a locked one', async () => {
    await host.install(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, host.registry.deps);
    await expect(host.resolve(['acme/greet'])).rejects.toMatchObject({
      code: 'VERSION_BLOCKED',
      message: expect.stringContaining('malware'),
    });
    await host.registry.publish({ version: '1.0.1' });
    expect((await host.resolve(['acme/greet'])).plugins[0]?.version.release.version).toBe('1.0.1');
  });

  it('waits for the minimum age', async () => {
    host.trust = { ...host.trust, minimumAgeHours: 48 };
    await expect(host.resolve(['acme/greet'])).rejects.toMatchObject({ code: 'VERSION_TOO_NEW' });
    host.registry.clock.forward(47);
    await host.registry.publish({ version: '1.1.0' });
    host.registry.clock.forward(2);
    expect((await host.resolve(['acme/greet'])).plugins[0]?.version.release.version).toBe('1.0.0');
  });

  it('refuses to go back to a lower version unless asked', async () => {
    await host.registry.publish({ version: '2.0.0' });
    await host.install(['acme/greet']);
    await expect(host.resolve(['acme/greet@^1'])).rejects.toMatchObject({ code: 'DOWNGRADE_REFUSED' });
    expect((await host.install(['acme/greet@^1'], { allowDowngrade: true })).changes[0]?.kind).toBe('downgraded');
  });

  it('brings dependencies along and settles on what all of them accept', async () => {
    await host.registry.publish({ version: '1.5.0' });
    await host.registry.publish({ version: '2.0.0' });
    await host.registry.publish({ name: 'acme/one', dependencies: { 'acme/greet': '^1' } });
    await host.registry.publish({ name: 'acme/two', dependencies: { 'acme/one': '*', 'acme/greet': '<1.5.0' } });
    const { plugins } = await host.install(['acme/two']);
    expect([...plugins].map(([name, { version }]) => `${name} ${version}`)).toEqual([
      'acme/greet 1.0.0',
      'acme/one 1.0.0',
      'acme/two 1.0.0',
    ]);
    expect((await readLock(host.runtime))?.plugins['acme/greet']).toMatchObject({
      dependency: true,
      requested: '<1.5.0 ^1',
    });
  });

  it('leaves out what only an earlier choice needed, also where that needs itself', async () => {
    await host.registry.publish({ name: 'acme/top' });
    await host.registry.publish({ name: 'acme/top', version: '2.0.0', dependencies: { 'acme/one': '*' } });
    await host.registry.publish({ name: 'acme/one', dependencies: { 'acme/two': '*' } });
    await host.registry.publish({ name: 'acme/two', dependencies: { 'acme/one': '*', 'acme/top': '<2' } });
    expect((await host.resolve(['acme/top'])).plugins.map(({ name }) => name)).toEqual(['acme/top']);
  });

  it('says who asks for what when no version suits all', async () => {
    await host.registry.publish({ version: '2.0.0' });
    await host.registry.publish({ name: 'acme/one', dependencies: { 'acme/greet': '^1' } });
    await expect(host.resolve(['acme/one', 'acme/greet@^2'])).rejects.toMatchObject({
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
    await expect((async () => host.resolve([text]))()).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint),
    });
  });

  it('never asks several registries and takes the first', async () => {
    const second = { url: 'elsewhere', root: digestOf('other') };
    host.trust = { ...host.trust, namespaces: {}, registries: { ...host.trust.registries, second } };
    await expect(host.resolve(['acme/greet'])).rejects.toMatchObject({
      code: 'NAME_AMBIGUOUS',
      hint: expect.stringContaining('"namespaces"'),
    });
    host.trust = { ...host.trust, namespaces: { acme: 'main' } };
    await expect(host.resolve(['second:acme/greet'])).rejects.toMatchObject({ code: 'NAME_AMBIGUOUS' });
  });

  it('refuses a registry that has gone back behind what was installed from it', async () => {
    const old = new Map(host.shelf.files);
    await host.registry.publish({ version: '1.1.0' });
    await host.install(['acme/greet']);
    host.shelf.files.clear();
    for (const [path, bytes] of old) host.shelf.files.set(path, bytes);
    await expect(host.resolve(['acme/greet'])).rejects.toMatchObject({ code: 'SNAPSHOT_ROLLBACK' });
  });
});

describe('a frozen install', () => {
  const frozen = async (names: readonly string[] = [], edit = (locked: LockedPlugin): LockedPlugin => locked) => {
    const asWritten = await readLock(host.runtime);
    const locked = asWritten?.plugins['acme/greet'];
    if (asWritten === undefined || locked === undefined) throw new Error('no lock');
    const lock = { ...asWritten, plugins: { 'acme/greet': edit(locked) } };
    const target = memoryFolder();
    const open = await host.opener(target);
    const resolution = await resolveFrozen(lock, names.map(parseRequirement), host.trust, open);
    await install({ resolution, trust: host.trust }, { ...host.deps(), runtime: target });
    return target;
  };

  it('gives exactly what is locked, though newer versions exist', async () => {
    await host.install(['acme/greet']);
    await host.registry.publish({ version: '1.1.0' });
    const target = await frozen(['acme/greet']);
    expect((await readLock(target))?.plugins).toEqual((await readLock(host.runtime))?.plugins);
  });

  it('refuses what the lock does not hold', async () => {
    await host.install(['acme/greet']);
    await expect(frozen(['acme/greet@^2'])).rejects.toMatchObject({ code: 'LOCK_OUTDATED' });
    await expect(frozen(['acme/roman'])).rejects.toMatchObject({ code: 'LOCK_OUTDATED' });
    await expect(frozen(['other:acme/greet'])).rejects.toMatchObject({ code: 'LOCK_OUTDATED' });
    await frozen(['main:acme/greet']);
  });

  it.each<[string, Partial<LockedPlugin>]>([
    ['version', { version: '1.0.1' }],
    ['abi', { abi: { kind: 'wasi-p1' } }],
    ['capabilities', { capabilities: ['net'] }],
    ['artifacts', { artifacts: [{ platform: 'x', digest: digestOf('y'), size: 1, provenance: [], verdict: [] }] }],
  ])('refuses a lock in which somebody edited the %s of a release', async (_what, change) => {
    await host.install(['acme/greet']);
    await expect(frozen([], (locked) => ({ ...locked, ...change }))).rejects.toMatchObject({ code: 'LOCK_OUTDATED' });
  });

  it('refuses a locked version that was blocked since', async () => {
    await host.install(['acme/greet']);
    await setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, host.registry.deps);
    await expect(frozen()).rejects.toMatchObject({ code: 'VERSION_BLOCKED' });
  });

  it('refuses a lock that trusts another root', async () => {
    await host.install(['acme/greet']);
    host.trust = { ...host.trust, registries: { main: { url: 'x', root: digestOf('another') } } };
    await expect(frozen()).rejects.toMatchObject({ code: 'ROOT_INVALID' });
  });
});
