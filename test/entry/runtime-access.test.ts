import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryRegistry } from '#adapters/store/directory';
import { refreshRuntime } from '#entry/runtime-access';
import type { Digest } from '#model/digest';
import { initRegistry } from '#stages/publish/init-registry';
import { resnapshot } from '#stages/publish/maintain';
import { handClock, initRequest } from '../fakes/registry-world.ts';
import { serveFiles, staticServer } from '../fakes/static-server.ts';
import { KEYS, signerWith, verifier } from '../trust/world.ts';

const clock = handClock();
const signer = signerWith(KEYS.snapshot);

let base: string;
let runtime: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-refresh-'));
  runtime = join(base, 'runtime');
  await mkdir(runtime);
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** An empty registry in a folder of its own. */
async function registryIn(id: string) {
  const registry = directoryRegistry(join(base, id));
  const { rootDigest } = await initRegistry(initRequest({ id }), { registry, verifier, signer, clock });
  return { pin: { id, root: rootDigest }, registry, verifier, signer, clock };
}

const trust = (registries: Readonly<Record<string, { readonly url: string; readonly root: Digest }>>) =>
  writeFile(join(runtime, 'trust.json'), JSON.stringify({ schema: 'assay.trust/1', registries, namespaces: {} }));

async function filesOf(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, Uint8Array>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(path));
  }
  return files;
}

describe('a refresh', () => {
  it('hears the other registries though one of them lies, and then says which', async () => {
    const [liar, honest] = [await registryIn('aa-liar'), await registryIn('bb-honest')];
    await trust({
      'aa-liar': { url: join(base, 'aa-liar'), root: liar.pin.root },
      'bb-honest': { url: join(base, 'bb-honest'), root: honest.pin.root },
    });
    await resnapshot(honest);
    await writeFile(join(base, 'aa-liar', 'snapshot.json'), 'forged');
    await expect(refreshRuntime(runtime, clock)).rejects.toMatchObject({ code: 'INDEX_TAMPERED' });
    const seen: unknown = JSON.parse(await readFile(join(runtime, 'registries', 'bb-honest.json'), 'utf8'));
    expect(seen).toMatchObject({ serial: 2 });
    expect(await readdir(join(runtime, 'registries'))).toEqual(['bb-honest.json']);
  });

  it('keeps nothing of a registry that breaks off before anything was verified', async () => {
    const { pin } = await registryIn('main');
    const files = await filesOf(join(base, 'main'));
    let isHostile = false;
    const hostile = (path: string, response: ServerResponse) => {
      if (path === 'snapshot.json') return void response.end('forged');
      if (path.startsWith('snapshots/')) return void response.writeHead(503).end();
      return serveFiles(files)(path, response);
    };
    await using server = await staticServer((path, response) =>
      (isHostile ? hostile : serveFiles(files))(path, response),
    );
    await trust({ main: { url: server.url, root: pin.root } });
    expect((await refreshRuntime(runtime, clock)).serials).toEqual({ main: 1 });
    isHostile = true;
    expect((await refreshRuntime(runtime, clock)).unreached).toEqual(['main']);
    expect(await readFile(join(runtime, 'cache', 'main', 'snapshot.json'))).toEqual(files.get('snapshot.json'));
  });
});
