import { beforeEach, describe, expect, it } from 'vitest';
import { readInstalled, readLock } from '#runtime/documents';
import { uninstall } from '#stages/install/maintain';
import { expectRefused } from '../../fakes/refusal.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';

let host: RuntimeWorld;
beforeEach(async () => {
  host = await RuntimeWorld.create();
});

const refused = (action: () => Promise<unknown>, code: string) => expectRefused(host.runtime, action, code);

describe('uninstalling', () => {
  it('removes the plugin and what only it needed', async () => {
    await host.registry.publish({ name: 'acme/one', dependencies: { 'acme/greet': '*' } });
    await host.install(['acme/one']);
    const { changes } = await uninstall(['acme/one'], host.maintenance());
    expect(changes.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['acme/greet removed', 'acme/one removed']);
    expect(await readLock(host.runtime)).toMatchObject({ plugins: {}, registries: {} });
  });

  it('removes dependencies that need each other and nothing else does', async () => {
    await host.registry.publish({ name: 'acme/one', dependencies: { 'acme/two': '*' } });
    await host.registry.publish({ name: 'acme/two', dependencies: { 'acme/one': '*' } });
    await host.registry.publish({ name: 'acme/top', dependencies: { 'acme/one': '*' } });
    await host.install(['acme/top', 'acme/greet']);
    await uninstall(['acme/top'], host.maintenance());
    expect(Object.keys((await readInstalled(host.runtime))?.plugins ?? {})).toEqual(['acme/greet']);
  });

  it('refuses while something that stays depends on it', async () => {
    await host.registry.publish({ name: 'acme/one', dependencies: { 'acme/greet': '*' } });
    await host.install(['acme/one', 'acme/greet']);
    await refused(() => uninstall(['acme/greet'], host.maintenance()), 'REQUIREMENTS_CONFLICT');
  });

  it('knows what is installed', async () => {
    await host.install(['acme/greet']);
    await refused(() => uninstall(['acme/roman'], host.maintenance()), 'PLUGIN_UNKNOWN');
  });
});
