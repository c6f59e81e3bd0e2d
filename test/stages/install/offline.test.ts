import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localFolder } from '#adapters/fs/local-folder';
import { cachedReaders } from '#adapters/store/cached';
import { httpRegistry } from '#adapters/store/http';
import { parseRequirement } from '#registry/resolution';
import { readLock } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { install } from '#stages/install/install';
import { start } from '#stages/install/maintain';
import { registryOpener } from '#stages/resolve/open-registries';
import { resolve } from '#stages/resolve/resolve';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';
import { serveFiles, staticServer } from '../../fakes/static-server.ts';
import { verifier } from '../../trust/world.ts';

let base: string;
let host: RuntimeWorld;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-offline-'));
  host = await RuntimeWorld.create();
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function installFrom(url: string, folder: string, names: readonly string[]) {
  const runtime = localFolder(folder);
  const { trust } = host;
  const { clock } = host.registry;
  const locked = await readLock(runtime);
  const { readerFor, remember } = cachedReaders({ folder: runtime, blobs: RUNTIME.store }, () =>
    httpRegistry(url, { attempts: 1, timeoutMs: 2000 }),
  );
  const open = registryOpener({ trust, readerFor, verifier, clock, runtime, locked });
  const requirements = names.map(parseRequirement);
  const resolution = await resolve({ requirements, trust, locked, now: clock.now() }, open);
  const result = await install({ resolution, trust }, { runtime, verifier, loader: host.loader, clock });
  await remember(new Set(resolution.registries.keys()));
  return result;
}

it('what was installed over http is installed again, and started, without a network', async () => {
  const server = await staticServer(serveFiles(host.shelf.files));
  const folder = join(base, 'runtime');
  await installFrom(server.url, folder, ['acme/greet']);
  await server[Symbol.asyncDispose]();
  expect((await start(localFolder(folder))).generation?.number).toBe(1);
  expect((await installFrom(server.url, folder, ['acme/greet'])).changes.map(({ kind }) => kind)).toEqual([
    'unchanged',
  ]);
});

it('a runtime that never saw the registry says that it cannot reach it', async () => {
  const server = await staticServer(serveFiles(host.shelf.files));
  await server[Symbol.asyncDispose]();
  await expect(installFrom(server.url, join(base, 'fresh'), ['acme/greet'])).rejects.toMatchObject({ code: 'NETWORK' });
});

it('without a network an expired snapshot installs nothing, and what is installed still starts', async () => {
  const server = await staticServer(serveFiles(host.shelf.files));
  const folder = join(base, 'runtime');
  await installFrom(server.url, folder, ['acme/greet']);
  await server[Symbol.asyncDispose]();
  host.registry.clock.forward(24 * 40);
  await expect(installFrom(server.url, folder, ['acme/greet'])).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
  expect((await start(localFolder(folder))).generation?.number).toBe(1);
});
