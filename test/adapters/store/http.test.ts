import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { downloadBytes, httpRegistry } from '#adapters/store/http';
import { openRegistryReader } from '#adapters/store/open';
import { digestOf } from '#model/digest';
import { LAYOUT } from '#registry/layout';
import { openRegistry } from '#registry/open';
import { versionsOf } from '#registry/versions';
import { addMirrors } from '#stages/publish/maintain';
import { memoryFolder, memoryRegistry } from '../../fakes/memory-folder.ts';
import { registryWorld } from '../../fakes/registry-world.ts';
import { serveFiles, staticServer } from '../../fakes/static-server.ts';
import { verifier } from '../../trust/world.ts';

const quick = { timeoutMs: 500, attempts: 3, pauseMs: 1 };

describe('bytes that are kept elsewhere', () => {
  it('are fetched from the mirror that a registry names, and only the right ones', async () => {
    const folder = memoryFolder();
    const world = await registryWorld(memoryRegistry(folder));
    const artifact = await world.publish();
    const blob = LAYOUT.blob(artifact);
    const bytes = folder.files.get(blob) ?? new Uint8Array();
    folder.files.delete(blob);
    await using server = await staticServer(
      serveFiles(
        new Map([
          ['good', bytes],
          ['bad', bytes.slice(1)],
        ]),
      ),
    );
    const read = async (...names: string[]) => {
      const urls = names.map((name) => `${server.url}/${name}`);
      await addMirrors({ name: 'acme/greet', version: '1.0.0', artifact, urls }, world.deps);
      const options = { verifier, now: world.clock.now(), download: downloadBytes };
      const registry = await openRegistry(memoryRegistry(folder), world.pin, options);
      const log = await registry.log('acme/greet');
      const [version] = log === undefined ? [] : versionsOf(log);
      const entry = version?.release.artifacts[0];
      if (version === undefined || entry === undefined) throw new Error('acme/greet is missing');
      return registry.artifact(entry, version.mirrors.get(entry.digest));
    };
    await expect(read('bad', 'gone')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(digestOf(await read('good'))).toBe(artifact);
  });

  it('are not fetched without encryption', async () => {
    await expect(downloadBytes('http://example.org/x', 10)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('cannot be named for bytes that no release has', async () => {
    const world = await registryWorld();
    await world.publish();
    const stray = { name: 'acme/greet', version: '1.0.0', artifact: digestOf('stray'), urls: ['https://x.test/a'] };
    await expect(addMirrors(stray, world.deps)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});

describe('a registry behind http', () => {
  it('is read from the pin to the artifact, changing files past every cache', async () => {
    const folder = memoryFolder();
    const world = await registryWorld(memoryRegistry(folder));
    const digest = await world.publish();
    await using server = await staticServer((path, response) =>
      serveFiles(folder.files)(path.replace('some/base/', ''), response),
    );
    const reader = openRegistryReader(`${server.url}/some/base`);
    const registry = await openRegistry(reader, world.pin, { verifier, now: world.clock.now() });
    const log = await registry.log('acme/greet');
    const artifact = log && versionsOf(log)[0]?.release.artifacts[0];
    expect(artifact && digestOf(await registry.artifact(artifact))).toBe(digest);
    const uncached = server.requests.filter(({ headers }) => headers['cache-control'] === 'no-cache');
    expect(uncached.map(({ path }) => path.replace('some/base/', ''))).toEqual([
      'root/1.json',
      'root/1.sigstore.jsonl',
      'root/2.json',
      'snapshot.json',
    ]);
  });

  it('is asked again after a fault that may pass', async () => {
    let asked = 0;
    await using server = await staticServer((_path, response) => {
      response.writeHead(++asked < 3 ? 503 : 200).end('ok');
    });
    expect(await httpRegistry(server.url, quick).read('x', 10)).toEqual(Buffer.from('ok'));
    expect(asked).toBe(3);
  });

  it.each([
    [500, 'NETWORK', 3],
    [429, 'NETWORK', 3],
    [401, 'UPSTREAM_REFUSED', 1],
    [403, 'UPSTREAM_REFUSED', 1],
  ])('that answers %d is %s after %d attempts', async (status, code, attempts) => {
    await using server = await staticServer((_path, response) => void response.writeHead(status).end('{"error":1}'));
    await expect(httpRegistry(server.url, quick).read('x', 10)).rejects.toMatchObject({ code, exit: 6 });
    expect(server.requests).toHaveLength(attempts);
  });

  it('that never ends its answer is cut off', async () => {
    await using server = await staticServer((_path, response) => {
      response.writeHead(200);
      const pour = () => void (response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(pour)));
      pour();
    });
    await expect(httpRegistry(server.url, quick).read('x', 1_000_000)).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
    });
  });

  it('that unfolds a small answer into a large one is cut off', async () => {
    await using server = await staticServer((_path, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000)));
    });
    await expect(httpRegistry(server.url, quick).read('x', 100_000)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('that falls silent is given up', async () => {
    await using server = await staticServer((_path, response) => void response.writeHead(200).write('a'));
    const reading = httpRegistry(server.url, { ...quick, attempts: 1 }).read('x', 100);
    await expect(reading).rejects.toMatchObject({ code: 'NETWORK' });
  });

  it('that is not there is an error of the network', async () => {
    const reading = httpRegistry('http://127.0.0.1:9', { ...quick, attempts: 1 }).read('x', 100);
    await expect(reading).rejects.toMatchObject({ code: 'NETWORK', hint: expect.stringContaining('keeps working') });
  });

  it.each(['http://example.org', 'ftp://x', 'https://user:pw@example.org', 'https://example.org/?a=1', 'nonsense'])(
    'is not looked for at %s',
    (address) => {
      expect(() => httpRegistry(address)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    },
  );
});

describe('a server that sends on', () => {
  const redirecting = (to: (path: string) => string) =>
    staticServer((path, response) => {
      if (path === 'end') response.end('here');
      else response.writeHead(302, { location: to(path) }).end();
    });

  it('is followed to where bytes may be fetched from', async () => {
    await using server = await redirecting(() => '/end');
    expect(Buffer.from((await httpRegistry(server.url, quick).read('start', 10)) ?? []).toString()).toBe('here');
  });

  it.each([
    ['without encryption', 'http://0.0.0.0:9/x'],
    ['to a file', 'file:///etc/passwd'],
    ['with a password', 'https://user:pw@example.org/'],
    ['to no address', 'http://'],
    ['in a circle', '/again'],
  ])('%s is refused', async (_how, target) => {
    await using server = await redirecting(() => target);
    const refused = { code: 'UPSTREAM_REFUSED', message: expect.stringContaining('sends on') };
    await expect(httpRegistry(server.url, quick).read('start', 10)).rejects.toMatchObject(refused);
    await expect(downloadBytes(`${server.url}/start`, 10, quick)).rejects.toMatchObject(refused);
    expect(server.requests.length).toBeLessThan(14);
  });
});
