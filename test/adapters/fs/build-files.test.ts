import { lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localBuildFiles as files } from '#adapters/fs/build-files';
import { digestOf } from '#model/digest';

let root: string;
let plugin: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-test-'));
  plugin = join(root, 'plugins', 'greet');
  await mkdir(join(plugin, 'src'), { recursive: true });
  await mkdir(join(root, 'shared'));
  await writeFile(join(plugin, 'src', 'a.c'), 'int a;');
  await writeFile(join(plugin, '.clang-format'), 'x');
  await writeFile(join(root, 'shared', 'common.h'), 'h');
});

afterEach(() => rm(root, { recursive: true, force: true }));

const paths = async (...globs: string[]): Promise<string[]> =>
  (await files.listInputs(plugin, globs)).map((input) => input.path);

describe('the inputs of a build', () => {
  it('are all files of the folder, hidden ones too, but not tools’ own folders', async () => {
    for (const folder of ['node_modules', '.git', 'target']) {
      await mkdir(join(plugin, folder));
      await writeFile(join(plugin, folder, 'x'), 'x');
    }
    expect(await paths()).toEqual(['.clang-format', 'src/a.c']);
  });

  it('are sources in a folder called target, unless cargo writes there', async () => {
    for (const folder of ['src/target', 'crate/target']) {
      await mkdir(join(plugin, folder), { recursive: true });
      await writeFile(join(plugin, folder, 'mod.rs'), '');
    }
    await writeFile(join(plugin, 'crate', 'Cargo.toml'), '');
    expect(await paths('**/*.rs')).toEqual(['src/target/mod.rs']);
    expect(await paths()).toEqual(['.clang-format', 'crate/Cargo.toml', 'src/a.c', 'src/target/mod.rs']);
  });

  it('are found in a folder of installed packages where a glob names it', async () => {
    await mkdir(join(plugin, 'node_modules', 'far'), { recursive: true });
    await writeFile(join(plugin, 'node_modules', 'far', 'far.h'), '');
    expect(await paths('**/*.h')).toEqual([]);
    expect(await paths('**', 'node_modules/far/*.h')).toContain('node_modules/far/far.h');
  });

  it('carry digest and size', async () => {
    expect(await files.listInputs(plugin, ['src/*'])).toEqual([
      { path: 'src/a.c', digest: digestOf('int a;'), size: 6 },
    ]);
  });

  it('reach shared files above the folder only where a glob says so', async () => {
    expect(await paths('**', '../../shared/*.h')).toEqual(['../../shared/common.h', '.clang-format', 'src/a.c']);
    expect(await paths('!src/**')).toEqual(['.clang-format']);
  });

  it('refuse a link that leaves the folder', async () => {
    await symlink(join(root, 'shared', 'common.h'), join(plugin, 'src', 'common.h'));
    await expect(paths()).rejects.toMatchObject({ code: 'PATH_UNSAFE', message: /src\/common\.h/ });
    expect(await paths('!src/common.h')).toEqual(['.clang-format', 'src/a.c']);
  });

  it.runIf(process.platform === 'linux')('refuse a name that is not UTF-8, for what it is', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${plugin}/bad`), Buffer.from([0xff])]), '');
    await expect(paths()).rejects.toMatchObject({ code: 'PATH_UNSAFE', message: expect.stringContaining('UTF-8') });
  });

  it('climb from the folder that was named, not from where a link to it leads', async () => {
    await mkdir(join(root, 'plugins', 'deep'));
    await symlink(join('..', '..', 'shared'), join(root, 'plugins', 'deep', 'linked'));
    await writeFile(join(root, '..', `${basename(root)}.txt`), 'outside');
    const linked = join(root, 'plugins', 'deep', 'linked');
    expect((await files.listInputs(linked, ['**'])).map(({ path }) => path)).toEqual(['common.h']);
    const outside = files.listInputs(linked, [`../../${basename(root)}.txt`]);
    await expect(outside).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await rm(`${root}.txt`);
  });

  it('refuse a link to a folder or to nothing', async () => {
    await symlink(plugin, join(plugin, 'src', 'loop'));
    await expect(paths()).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await rm(join(plugin, 'src', 'loop'));
    await symlink('nowhere', join(plugin, 'src', 'dangling'));
    await expect(paths()).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('are not read from the folders of results and of the cache', async () => {
    for (const folder of ['out', 'src/cache']) {
      await mkdir(join(plugin, folder));
      await writeFile(join(plugin, folder, 'x'), 'x');
    }
    const apart = [join(plugin, 'out'), join(plugin, 'src', 'cache'), join(plugin, 'absent')];
    const listed = async (...globs: string[]): Promise<string[]> =>
      (await files.listInputs(plugin, globs, apart)).map(({ path }) => path);
    expect(await listed()).toEqual(['.clang-format', 'src/a.c']);
    expect(await listed('**')).toEqual(['.clang-format', 'src/a.c']);
  });

  it('are read where results go into the plugin’s folder itself, or above it', async () => {
    for (const apart of [plugin, root]) {
      expect((await files.listInputs(plugin, [], [apart])).map(({ path }) => path)).toEqual([
        '.clang-format',
        'src/a.c',
      ]);
    }
  });

  it('are no more than two gigabytes together, whatever room they take on the disk', async () => {
    for (const name of ['b.bin', 'c.bin']) await writeFile(join(plugin, name), 'x');
    await truncate(join(plugin, 'c.bin'), 2 * 1024 ** 3);
    await expect(files.listInputs(plugin, ['*.bin'])).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('need the folder to exist', async () => {
    await expect(files.listInputs(join(root, 'absent'), [])).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
});

describe('a copy of the inputs', () => {
  it('has the names and places of the originals, and nothing else', async () => {
    const inputs = await files.listInputs(plugin, ['src/**', '../../shared/**']);
    const { folder, root: copied } = await files.copyInputs(plugin, inputs, join(root, 'copy'));
    expect(folder).toBe(join(root, 'copy', 'plugins', 'greet'));
    expect(copied).toBe(join(root, 'copy'));
    expect((await readdir(copied, { recursive: true })).toSorted()).toEqual([
      'plugins',
      'plugins/greet',
      'plugins/greet/src',
      'plugins/greet/src/a.c',
      'shared',
      'shared/common.h',
    ]);
  });

  it('does not tell the name of the folder that holds it all', async () => {
    const { folder } = await files.copyInputs(plugin, await files.listInputs(plugin, []), join(root, 'copy'));
    expect(folder).toBe(join(root, 'copy', 'plugin'));
  });

  it('holds links as the files they lead to, and keeps what may be executed', async () => {
    await writeFile(join(plugin, 'build.sh'), '#!/bin/sh', { mode: 0o755 });
    await symlink('src/a.c', join(plugin, 'b.c'));
    const { folder } = await files.copyInputs(plugin, await files.listInputs(plugin, []), join(root, 'copy'));
    expect((await lstat(join(folder, 'b.c'))).isFile()).toBe(true);
    expect((await stat(join(folder, 'build.sh'))).mode & 0o111).toBe(0o111);
  });

  it('is refused when a file changed since it was listed', async () => {
    const inputs = await files.listInputs(plugin, []);
    await writeFile(join(plugin, 'src', 'a.c'), 'int b;');
    await expect(files.copyInputs(plugin, inputs, join(root, 'copy'))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('src/a.c'),
    });
  });

  it('reaches installed packages of its folder and of those above only when asked to', async () => {
    await mkdir(join(plugin, 'node_modules', 'near'), { recursive: true });
    await mkdir(join(root, 'node_modules', 'far'), { recursive: true });
    const inputs = await files.listInputs(plugin, []);
    const plain = await files.copyInputs(plugin, inputs, join(root, 'plain'));
    await expect(stat(join(plain.folder, 'node_modules'))).rejects.toThrow('ENOENT');
    const linked = await files.copyInputs(plugin, inputs, join(root, 'linked'), { packages: true });
    expect(await readdir(join(linked.folder, 'node_modules'))).toEqual(['near']);
    expect(await readdir(join(linked.folder, '..', 'node_modules'))).toEqual(['far']);
  });
});

describe('the outputs of a build', () => {
  it('are plain files inside the folder', async () => {
    await symlink('/etc/hostname', join(plugin, 'link.wasm'));
    await mkdir(join(plugin, 'folder.wasm'));
    await expect(files.readOutput(plugin, 'link.wasm', 100)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(files.readOutput(plugin, 'folder.wasm', 100)).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
    await expect(files.readOutput(plugin, 'absent.wasm', 100)).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
    await expect(files.readOutput(plugin, '../../shared/common.h', 100)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(files.readOutput(plugin, 'src/a.c', 5)).rejects.toMatchObject({ code: 'BUILD_LIMIT' });
    expect(digestOf(await files.readOutput(plugin, 'src/a.c', 6))).toBe(digestOf('int a;'));
  });

  it('are written whole, and nothing else stays behind', async () => {
    await files.write(join(root, 'new', 'out'), [{ name: 'a.wasm', bytes: new Uint8Array([1, 2]) }]);
    expect(await readdir(join(root, 'new', 'out'))).toEqual(['a.wasm']);
  });

  it('are not written where a link leads', async () => {
    await mkdir(join(root, 'victim'));
    await symlink(join(root, 'victim'), join(plugin, '.assay'), 'junction');
    await expect(files.write(join(plugin, '.assay'), [{ name: 'a', bytes: Uint8Array.of(1) }])).rejects.toMatchObject({
      code: 'PATH_UNSAFE',
    });
    expect(await readdir(join(root, 'victim'))).toEqual([]);
  });

  it('are not put in the place of a folder, and nothing half-written is left', async () => {
    const folder = join(root, 'new');
    await mkdir(join(folder, 'a.html'), { recursive: true });
    await expect(files.write(folder, [{ name: 'a.html', bytes: Uint8Array.of(1) }])).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: `${join(folder, 'a.html')} cannot be written: it is a folder, not a file`,
    });
    expect(await readdir(folder)).toEqual(['a.html']);
  });

  it('say when the folder cannot be written', async () => {
    const result = files.write(join(plugin, 'src', 'a.c'), [{ name: 'a.wasm', bytes: new Uint8Array() }]);
    await expect(result).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('leave no scratch folder behind', async () => {
    let path: string;
    {
      await using scratch = await files.scratch();
      path = scratch.path;
      await writeFile(join(path, 'x'), 'x');
    }
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

describe('a build without room to work in', () => {
  it('says so, and is no defect of Assay', async () => {
    vi.stubEnv('TMPDIR', join(root, 'nowhere'));
    vi.stubEnv('TEMP', join(root, 'nowhere'));
    await expect(files.scratch()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    vi.unstubAllEnvs();
    const inputs = await files.listInputs(plugin, ['src/**']);
    const blocked = join(root, 'shared', 'common.h', 'copy');
    await expect(files.copyInputs(plugin, inputs, blocked)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
