import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFolder } from '#adapters/fs/local-folder';
import type { Folder } from '#ports/folder';
import { memoryFolder } from '../fakes/memory-folder.ts';

const text = (value: string) => new TextEncoder().encode(value);

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'assay-folder-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const FOLDERS: readonly [string, () => Folder][] = [
  ['in memory', () => memoryFolder()],
  ['on the local disk', () => localFolder(join(scratch, 'new', 'folder'))],
];

describe.each(FOLDERS)('a folder %s', (_name, make) => {
  it('has nothing where nothing was written', async () => {
    const folder = make();
    expect(await folder.read('a/b.json', 10)).toBeUndefined();
    expect(await folder.list('a')).toEqual([]);
    await folder.remove('a');
  });

  it('gives back the bytes that were put in, and the newest after a replacement', async () => {
    const folder = make();
    await folder.replace('a/b.json', text('one'));
    await folder.replace('a/b.json', text('two'));
    expect(await folder.read('a/b.json', 3)).toEqual(text('two'));
  });

  it('refuses to read more than it is allowed to', async () => {
    const folder = make();
    await folder.replace('big', text('12345'));
    await expect(folder.read('big', 4)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('adds a file once, takes the same bytes again and refuses others', async () => {
    const folder = make();
    await folder.add('a/0', text('one'));
    await folder.add('a/0', text('one'));
    await expect(folder.add('a/0', text('two'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(folder.add('a/0', text('longer'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(await folder.read('a/0', 10)).toEqual(text('one'));
  });

  it('lists names directly below, sorted', async () => {
    const folder = make();
    for (const path of ['g/2/x', 'g/10/x', 'g/a', 'h']) await folder.replace(path, text('.'));
    expect(await folder.list('g')).toEqual(['10', '2', 'a']);
  });

  it('removes files, and folders with all in them', async () => {
    const folder = make();
    await folder.replace('g/1/a', text('.'));
    await folder.replace('g/1/b', text('.'));
    await folder.replace('g/2', text('.'));
    await folder.remove('g/1');
    await folder.remove('g/1');
    expect(await folder.list('g')).toEqual(['2']);
  });

  it.each([
    '../out',
    '/etc/passwd',
    'a//b',
    'a/./b',
    'a/../../b',
    'c:/x',
    'a\\b',
    'a/.hidden',
    'nul',
    'a/CON.json',
    'a\0b',
    'dot.',
    '',
    'ü',
  ])('refuses the path %j in every call', async (path) => {
    const folder = make();
    const refused = { code: 'PATH_UNSAFE' };
    await expect(folder.read(path, 10)).rejects.toMatchObject(refused);
    await expect(folder.replace(path, text('.'))).rejects.toMatchObject(refused);
    await expect(folder.add(path, text('.'))).rejects.toMatchObject(refused);
    await expect(folder.remove(path)).rejects.toMatchObject(refused);
    await expect(folder.list(path)).rejects.toMatchObject(refused);
  });

  it('lets one action in at a time and frees itself after a failure', async () => {
    const folder = make();
    const failing = folder.exclusively(async () => {
      throw new Error('inside');
    });
    await expect(failing).rejects.toThrow('inside');
    expect(await folder.exclusively(async () => 7)).toBe(7);
  });
});
