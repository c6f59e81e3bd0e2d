import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionsArtifacts } from '#adapters/artifacts/actions-artifacts';
import { folderArtifacts } from '#adapters/artifacts/folder-artifacts';
import type { ArtifactStore } from '#ports/artifact-store';
import { ActionsServices } from '../../fakes/actions-services.ts';
import { temporaryFolder } from '../toolchains/compile.ts';

const services = new ActionsServices();
let source: string;
let name: string;
let count = 0;

beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  source = await temporaryFolder();
  name = `acme.greet-${count++}`;
  services.fault = () => undefined;
  const environment = { ...services.environment(), GITHUB_WORKSPACE: source, RUNNER_TEMP: source };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
});
afterEach(() => vi.unstubAllEnvs());

async function put(file: string, bytes: Uint8Array | string): Promise<string> {
  await writeFile(join(source, file), bytes);
  return file;
}

const stores: [string, () => Promise<ArtifactStore>][] = [
  ['Actions artifacts, by the real client', () => actionsArtifacts({ timeoutMs: 30_000 })],
  ['a folder', async () => folderArtifacts(await temporaryFolder())],
];

describe.each(stores)('%s', (_what, open) => {
  it('hand files on unchanged', { timeout: 60_000 }, async () => {
    const store = await open();
    const bytes = randomBytes(200_000);
    await store.upload(name, source, [await put('a.wasm', bytes), await put('a.build.json', '{}')]);
    const folder = join(await temporaryFolder(), 'new');
    expect(await store.download(name, folder)).toEqual(['a.build.json', 'a.wasm']);
    expect((await readFile(join(folder, 'a.wasm'))).equals(bytes)).toBe(true);
  });

  it('keep a name for what was stored first', { timeout: 60_000 }, async () => {
    const store = await open();
    await store.upload(name, source, [await put('a.wasm', 'one')]);
    await expect(store.upload(name, source, ['a.wasm'])).rejects.toMatchObject({ code: 'VERSION_TAKEN' });
  });

  it('say when there is no such artifact', async () => {
    const store = await open();
    await expect(store.download('absent', await temporaryFolder())).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it.each(['../evil', 'a/b', '', '.hidden', 'trailing.'])('refuse the name "%s"', async (bad) => {
    const store = await open();
    await expect(store.download(bad, source)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(store.upload(bad, source, [])).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });
});

describe('Actions artifacts', () => {
  it('are refused, and nothing stays, when the bytes are not those that were stored', { timeout: 60_000 }, async () => {
    const store = await actionsArtifacts({ timeoutMs: 30_000 });
    await store.upload(name, source, [await put('a.wasm', 'good bytes')]);
    const other = `${name}-other`;
    await store.upload(other, source, [await put('a.wasm', 'evil bytes')]);
    const blobs = [...services.blobs.keys()].filter((path) => path.endsWith('.zip'));
    const evil = services.blobs.get(blobs.at(-1) ?? '');
    if (evil !== undefined) services.blobs.set(blobs.at(-2) ?? '', evil);
    const folder = join(await temporaryFolder(), 'new');
    await expect(store.download(name, folder)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('fail with a network error when nobody answers', async () => {
    const store = await actionsArtifacts({ timeoutMs: 300 });
    services.fault = () => 'answered';
    await expect(store.download(name, source)).rejects.toMatchObject({ code: 'NETWORK', exit: 6 });
  });

  it('say that access is refused', async () => {
    const store = await actionsArtifacts({ timeoutMs: 10_000 });
    services.fault = (_request, response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"msg":"forbidden"}');
      return 'answered';
    };
    await expect(store.download(name, source)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
  });
});

describe('artifacts in a folder', () => {
  it('are checked against their digests', async () => {
    const root = await temporaryFolder();
    const store = folderArtifacts(root);
    await store.upload(name, source, [await put('a.wasm', 'good')]);
    await writeFile(join(root, name, 'files', 'a.wasm'), 'evil');
    await expect(store.download(name, join(source, 'out'))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('hold plain files only', async () => {
    const root = await temporaryFolder();
    const store = folderArtifacts(root);
    await store.upload(name, source, [await put('a.wasm', 'good')]);
    await symlink('/etc/hostname', join(root, name, 'files', 'b.wasm'));
    await expect(store.download(name, join(source, 'out'))).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await mkdir(join(source, 'folder.wasm'));
    await expect(store.upload(`${name}-x`, source, ['folder.wasm'])).rejects.toThrow('folder.wasm');
    expect(await readdir(root)).toEqual([name]);
  });
});
