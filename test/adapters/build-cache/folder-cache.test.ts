import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderCache } from '#adapters/build-cache/folder-cache';
import { digestOf, hexOf } from '#model/digest';

let folder: string;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);
const key = digestOf('one');
const bytes = new Uint8Array([1, 2, 3]);

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'assay-test-')), 'cache');
  warnings = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('a cache in a folder', () => {
  it('gives back what was saved, and nothing for another key', async () => {
    const cache = folderCache(folder);
    expect(await cache.restore(key, warn)).toBeUndefined();
    await cache.save(key, bytes, warn);
    expect(await cache.restore(key, warn)).toEqual(bytes);
    expect(await cache.restore(digestOf('two'), warn)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('forgets what is discarded', async () => {
    const cache = folderCache(folder);
    await cache.save(key, bytes, warn);
    await cache.discard(key, warn);
    expect(await cache.restore(key, warn)).toBeUndefined();
  });

  it('drops what was not used for longest when it grows too large', async () => {
    const cache = folderCache(folder, 7);
    const keys = ['a', 'b', 'c'].map(digestOf);
    for (const [index, each] of keys.entries()) {
      await cache.save(each, bytes, warn);
      await utimes(join(folder, hexOf(each)), index, index).catch(() => {});
    }
    expect((await readdir(folder)).toSorted()).toEqual([digestOf('b'), digestOf('c')].map(hexOf).toSorted());
  });

  it('leaves files alone that are not its own', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'thesis.txt'), 'x'.repeat(100));
    await utimes(join(folder, 'thesis.txt'), 0, 0);
    await folderCache(folder, 7).save(key, bytes, warn);
    expect((await readdir(folder)).toSorted()).toEqual([hexOf(key), 'thesis.txt'].toSorted());
  });

  it('warns and goes on when it cannot write or read', async () => {
    await writeFile(folder, 'a file where the folder should be');
    const cache = folderCache(folder);
    await cache.save(key, bytes, warn);
    expect(await cache.restore(key, warn)).toBeUndefined();
    expect(warnings).toHaveLength(2);
  });
});
