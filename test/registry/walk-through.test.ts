import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { directoryRegistry } from '#adapters/store/directory';
import { type RegistryWorld, registryWorld, tinyModule } from '../fakes/registry-world.ts';

// A client written against docs/registry.md alone: nothing of src/registry is used to read.

let folder: string;
let world: RegistryWorld;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-walk-'));
  world = await registryWorld(directoryRegistry(folder));
  await world.publish({ name: 'acme/word-count', version: '1.0.0' });
  await world.publish({ name: 'acme/word-count', version: '1.1.0' });
  await world.publish({ name: 'acme/other' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function fixed(path: (hex: string) => string, entry: { digest: string; size: number }): Promise<string> {
  const bytes = await readFile(join(folder, path(entry.digest.slice(7))));
  expect(bytes.length).toBe(entry.size);
  expect(`sha256:${sha256(bytes)}`).toBe(entry.digest);
  return bytes.toString('utf8');
}

it('a client that follows the documentation finds what was published', async () => {
  expect(`sha256:${sha256(await readFile(join(folder, 'root/1.json')))}`).toBe(world.pin.root);

  const snapshotBytes = await readFile(join(folder, 'snapshot.json'));
  const bundle = await readFile(join(folder, `snapshots/${sha256(snapshotBytes)}.sigstore.json`), 'utf8');
  expect(bundle).toBe(await readFile(join(folder, 'snapshot.sigstore.json'), 'utf8'));
  expect(JSON.parse(bundle).messageSignature.messageDigest.digest).toBe(
    createHash('sha256').update(snapshotBytes).digest('base64'),
  );

  const snapshot = JSON.parse(snapshotBytes.toString('utf8'));
  const folded = 'index/acme/word-count'
    .toLowerCase()
    .replaceAll(/[-_]/g, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('5', 's');
  const hash = sha256(folded);
  const shardEntry = snapshot.shards[hash.slice(0, 2)] ?? snapshot.shards[hash.slice(0, 4)];
  const shard = JSON.parse(await fixed((hex) => `shards/${hex}.json`, shardEntry));
  const events = await fixed((hex) => `index/acme/word-count/${hex}.jsonl`, shard.entries['index/acme/word-count']);

  const lines = events
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ event, seq, version }) => [seq, event, version])).toEqual([
    [1, 'release', '1.0.0'],
    [2, 'verdict', '1.0.0'],
    [3, 'release', '1.1.0'],
    [4, 'verdict', '1.1.0'],
  ]);
  const [artifact] = lines[2].artifacts;
  const bytes = await fixed((hex) => `blobs/sha256/${hex}`, artifact);
  expect(Buffer.from(bytes)).toEqual(Buffer.from(tinyModule('acme/word-count@1.1.0')));
  for (const descriptor of [...lines[2].bundles, lines[3].bundle]) {
    await fixed((hex) => `att/sha256/${artifact.digest.slice(7)}/${hex}.sigstore.json`, descriptor);
  }
});
