import { beforeEach, expect, it } from 'vitest';
import type { Lockfile } from '#model/lockfile';
import { encodeDocument, readInstalled, readLock } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { install } from '#stages/install/install';
import { installedAsLocked, start } from '#stages/install/maintain';
import { resolveFrozen } from '#stages/resolve/frozen';
import { type MemoryFolder, memoryFolder } from '../../fakes/memory-folder.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';

let host: RuntimeWorld;
let older: Lockfile;
let newer: Lockfile;
beforeEach(async () => {
  host = await RuntimeWorld.create();
  older = (await host.install(['acme/greet'])).lock;
  await host.registry.publish({ version: '1.1.0' });
  newer = (await host.install(['acme/greet'], { upgrade: 'all' })).lock;
});

/** Puts a lock into a folder, as a deployment does, and installs what it says. */
async function deploy(target: MemoryFolder, lock: Lockfile): Promise<void> {
  await target.replace(RUNTIME.lock, encodeDocument(lock));
  await installPlaced(target, lock);
}

async function installPlaced(target: MemoryFolder, lock: Lockfile): Promise<void> {
  const resolution = await resolveFrozen(lock, [], host.trust, await host.opener(target));
  await install({ resolution, trust: host.trust }, { ...host.deps(), runtime: target });
}

it.each(['into an empty folder', 'over another set'])(
  'a lock that was put %s outlives an install that dies at any write, and is then installed',
  async (where) => {
    const before = memoryFolder();
    if (where === 'over another set') await deploy(before, older);
    for (let failAt = 1; ; failAt++) {
      const target = memoryFolder(new Map(before.files));
      await target.replace(RUNTIME.lock, encodeDocument(newer));
      let writes = 0;
      target.beforeWrite = () => {
        if (++writes >= failAt) throw new Error('the power fails');
      };
      const finished = await installPlaced(target, newer).then(
        () => true,
        () => false,
      );
      target.beforeWrite = undefined;
      const { recovery } = await start(target);
      const lock = await readLock(target);
      expect(lock?.plugins, recovery).toEqual(newer.plugins);
      if (finished) break;
      if ((await installedAsLocked(target, newer)) === undefined) await installPlaced(target, newer);
      expect((await readInstalled(target))?.plugins['acme/greet']?.version).toBe('1.1.0');
    }
  },
);
