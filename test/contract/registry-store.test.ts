import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedRegistry } from '#adapters/store/cached';
import { directoryRegistry } from '#adapters/store/directory';
import { httpRegistry } from '#adapters/store/http';
import type { RegistryReader, RegistryWriter } from '#ports/registry-store';
import { memoryFolder, memoryRegistry } from '../fakes/memory-folder.ts';
import { serveFiles, type StaticServer, staticServer } from '../fakes/static-server.ts';

const text = (value: string) => new TextEncoder().encode(value);
const FILES = new Map([
  ['snapshot.json', text('{"serial":1}')],
  ['index/acme/greet/00.jsonl', text('line\n')],
  ['empty', new Uint8Array()],
]);

let scratch: string;
let server: StaticServer;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'assay-store-'));
  server = await staticServer(serveFiles(FILES));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

const filled = async (writer: RegistryWriter): Promise<RegistryReader> => {
  for (const [path, bytes] of FILES) await writer.add(path, bytes);
  return writer;
};

const READERS: readonly [string, () => Promise<RegistryReader>][] = [
  ['in memory', () => filled(memoryRegistry())],
  ['in a directory', () => filled(directoryRegistry(join(scratch, 'registry')))],
  ['behind http', async () => httpRegistry(server.url)],
  [
    'behind a cache',
    async () => cachedRegistry(httpRegistry(server.url), { folder: memoryFolder(), id: 'main', blobs: 'store' }).reader,
  ],
];

describe.each(READERS)('a registry %s', (_name, make) => {
  it('gives the bytes of its files', async () => {
    const reader = await make();
    for (const [path, bytes] of FILES)
      expect(Buffer.from((await reader.read(path, 100)) ?? '?')).toEqual(Buffer.from(bytes));
  });

  it('gives undefined for a file that is not there', async () => {
    expect(await (await make()).read('root/1.json', 100)).toBeUndefined();
  });

  it('buffers no more than it is allowed to', async () => {
    const reader = await make();
    expect(await reader.read('index/acme/greet/00.jsonl', 5)).toHaveLength(5);
    await expect(reader.read('index/acme/greet/00.jsonl', 4)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('says where it is', async () => {
    expect((await make()).location).not.toBe('');
  });
});

const WRITERS: readonly [string, () => RegistryWriter][] = [
  ['in memory', () => memoryRegistry()],
  ['in a directory', () => directoryRegistry(join(scratch, 'written'))],
];

describe.each(WRITERS)('a registry %s that is written to', (_name, make) => {
  it('never replaces what is named by its digest, and always what is not', async () => {
    const writer = make();
    await writer.add('blobs/sha256/00', text('one'));
    await writer.add('blobs/sha256/00', text('one'));
    await expect(writer.add('blobs/sha256/00', text('two'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await writer.commit([
      { path: 'snapshot.json', bytes: text('1') },
      { path: 'registry.json', bytes: text('h') },
    ]);
    await writer.commit([{ path: 'snapshot.json', bytes: text('2') }]);
    expect(await writer.read('snapshot.json', 10)).toEqual(text('2'));
  });

  it('writes nowhere else', async () => {
    const writer = make();
    for (const path of ['../x', '/x', 'a/../../x', 'C:x', 'a\\..\\x']) {
      await expect(writer.add(path, text('x'))).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
      await expect(writer.commit([{ path, bytes: text('x') }])).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    }
  });
});
