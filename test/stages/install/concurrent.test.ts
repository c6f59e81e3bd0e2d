import { beforeEach, describe, expect, it } from 'vitest';
import { readBlocked, readInstalled, readRegistryState } from '#runtime/documents';
import { install } from '#stages/install/install';
import { refresh, start, uninstall } from '#stages/install/maintain';
import { setState } from '#stages/publish/maintain';
import { expectRefused } from '../../fakes/refusal.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';

let host: RuntimeWorld;
beforeEach(async () => {
  host = await RuntimeWorld.create();
  await host.registry.publish({ name: 'acme/roman' });
  await host.install(['acme/greet']);
});

/** Requires that a set which was resolved earlier is refused now, and that the folder stays byte for byte as it is. */
function refusedNow(resolution: Awaited<ReturnType<typeof host.resolve>>): Promise<void> {
  return expectRefused(host.runtime, () => install({ resolution, trust: host.trust }, host.deps()), 'LOCKED');
}

const block = () =>
  setState({ name: 'acme/greet', version: '1.0.0', state: 'blocked', reason: 'malware' }, host.registry.deps);

describe('a set that was resolved before another process changed the runtime', () => {
  it('does not bring back a lower version', async () => {
    const earlier = await host.resolve(['acme/greet']);
    await host.registry.publish({ version: '2.0.0' });
    await host.install(['acme/greet'], { upgrade: 'all' });
    await refusedNow(earlier);
  });

  it('does not throw out what was installed meanwhile, though the registry is the same', async () => {
    const earlier = await host.resolve(['acme/roman']);
    await host.install(['acme/greet', 'acme/roman']);
    await refusedNow(earlier);
    await uninstall(['acme/roman'], host.maintenance());
  });

  it('does not forget what was heard meanwhile, also when it is in use already', async () => {
    const earlier = await host.resolve(['acme/greet']);
    await block();
    await refresh(new Map([['main', await (await host.opener())('main')]]), host.deps());
    await refusedNow(earlier);
    expect((await start(host.runtime)).quarantined.map(({ name }) => name)).toEqual(['acme/greet']);
  });

  it('is installed when it says what is installed by now', async () => {
    const earlier = await host.resolve(['acme/greet', 'acme/roman']);
    await host.install(['acme/greet', 'acme/roman']);
    expect((await install({ resolution: earlier, trust: host.trust }, host.deps())).generation).toBe(2);
    expect((await readInstalled(host.runtime))?.number).toBe(2);
  });
});

it('a refresh that comes late takes back neither a serial nor a block', async () => {
  const earlier = await (await host.opener())('main');
  await block();
  await refresh(new Map([['main', await (await host.opener())('main')]]), host.deps());
  const heard = [await readBlocked(host.runtime), await readRegistryState(host.runtime, 'main')];
  expect((await refresh(new Map([['main', earlier]]), host.deps())).map(({ name }) => name)).toEqual(['acme/greet']);
  expect([await readBlocked(host.runtime), await readRegistryState(host.runtime, 'main')]).toEqual(heard);
});
