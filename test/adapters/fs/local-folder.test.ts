import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFolder } from '#adapters/fs/local-folder';
import { asOrdinaryUser } from '../../fakes/ordinary-user.ts';

const text = (value: string) => new TextEncoder().encode(value);
const posix = process.platform !== 'win32';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-local-'));
});
afterEach(async () => {
  await chmod(base, 0o755);
  await rm(base, { recursive: true, force: true });
});

describe('a local folder', () => {
  it('leaves nothing beside the files that were asked for', async () => {
    const folder = localFolder(base);
    await folder.exclusively(() => folder.replace('a/b', text('x')));
    expect((await readdir(base, { recursive: true })).toSorted()).toEqual(['a', join('a', 'b')]);
  });

  it.runIf(posix)('takes the write permission from added files when asked to', async () => {
    const folder = localFolder(base, { protectAdded: true });
    await folder.add('store/x', text('x'));
    expect((await stat(join(base, 'store/x'))).mode & 0o222).toBe(0);
    await folder.remove('store');
    expect(await folder.list('store')).toEqual([]);
  });

  it.runIf(posix)('says once and clearly that a folder is read-only, and changes nothing', async () => {
    await chmod(base, 0o555);
    const folder = localFolder(base);
    await asOrdinaryUser(async () => {
      await expect(folder.exclusively(async () => {})).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: expect.stringContaining('permission is denied'),
      });
      await expect(folder.replace('a', text('x'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    });
    expect(await readdir(base)).toEqual([]);
  });

  it('says that a part of the path is a file', async () => {
    await writeFile(join(base, 'file'), 'x');
    const folder = localFolder(join(base, 'file', 'deeper'));
    await expect(folder.exclusively(async () => {})).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it.runIf(posix)('refuses symbolic links, as files and as folders on the way', async () => {
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside', 'secret'), 'secret');
    await mkdir(join(base, 'registry'));
    await symlink('../outside', join(base, 'registry', 'index'));
    await symlink('../outside/secret', join(base, 'registry', 'snapshot.json'));
    const folder = localFolder(join(base, 'registry'));
    await expect(folder.read('snapshot.json', 100)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(folder.read('index/secret', 100)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(folder.replace('index/secret', text('x'))).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    expect(await readFile(join(base, 'outside', 'secret'), 'utf8')).toBe('secret');
  });

  it.runIf(posix)('refuses a pipe and a device instead of waiting for their end', async () => {
    execFileSync('mkfifo', [join(base, 'pipe')]);
    const folder = localFolder(base);
    await expect(folder.read('pipe', 100)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(localFolder('/dev').read('zero', 100)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });

  it('says that a folder stands where a file should be', async () => {
    await mkdir(join(base, 'snapshot.json'));
    await expect(localFolder(base).read('snapshot.json', 10)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('the lock of a local folder', () => {
  it('keeps a second process out while the first lives', async () => {
    await writeFile(join(base, '.assay-lock'), JSON.stringify({ pid: process.pid, host: hostname(), nonce: 'n' }));
    const folder = localFolder(base, { patienceMs: 100 });
    await expect(folder.exclusively(async () => {})).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(String(process.pid)),
    });
  });

  it('is taken over from a process that has died', async () => {
    const dead = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' });
    await writeFile(join(base, '.assay-lock'), JSON.stringify({ pid: Number(dead), host: hostname(), nonce: 'n' }));
    expect(await localFolder(base, { patienceMs: 100 }).exclusively(async () => 'done')).toBe('done');
    expect(await readdir(base)).toEqual([]);
  });

  it('is taken over when it is empty and old, from a process that was killed before it wrote', async () => {
    const lock = join(base, '.assay-lock');
    await writeFile(lock, '');
    const folder = localFolder(base, { patienceMs: 0 });
    await expect(folder.exclusively(async () => {})).rejects.toMatchObject({ code: 'LOCKED' });
    const before = new Date(Date.now() - 60_000);
    await utimes(lock, before, before);
    expect(await folder.exclusively(async () => 'done')).toBe('done');
    expect(await readdir(base)).toEqual([]);
  });

  it('of another machine is never broken', async () => {
    await writeFile(join(base, '.assay-lock'), JSON.stringify({ pid: 1, host: 'elsewhere', nonce: 'n' }));
    await expect(localFolder(base, { patienceMs: 0 }).exclusively(async () => {})).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('elsewhere'),
    });
  });

  it.runIf(posix)('is not waited for as a pipe, nor read through a link', async () => {
    execFileSync('mkfifo', [join(base, '.assay-lock')]);
    const folder = localFolder(base, { patienceMs: 0 });
    await expect(folder.exclusively(async () => {})).rejects.toMatchObject({ code: 'LOCKED' });
    await rm(join(base, '.assay-lock'));
    await symlink('/dev/zero', join(base, '.assay-lock'));
    await expect(folder.exclusively(async () => {})).rejects.toMatchObject({ code: 'LOCKED' });
  });

  it.runIf(posix)('does not stay behind on a disk that is full', async () => {
    const script = `
      import { localFolder } from '#adapters/fs/local-folder';
      process.on('SIGXFSZ', () => {});
      const error = await localFolder(process.argv[1]).exclusively(async () => {}).catch((cause) => cause);
      console.log(error.code);`;
    // A limit on the size of files stands in for the full disk.
    const limited = ['-c', 'ulimit -f 0; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script, base];
    expect(execFileSync('sh', limited, { encoding: 'utf8' })).toBe('FILE_UNWRITABLE\n');
    expect(await readdir(base)).toEqual([]);
  });

  it('serialises actions of one process', async () => {
    const folder = localFolder(base);
    const order: string[] = [];
    const act = (name: string) =>
      folder.exclusively(async () => {
        order.push(`${name} in`);
        await folder.replace(name, text(name));
        order.push(`${name} out`);
      });
    await Promise.all([act('a'), act('b')]);
    expect(order.toSorted()).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(order[0]?.[0]).toBe(order[1]?.[0]);
  });
});
