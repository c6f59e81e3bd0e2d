import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContained } from '#adapters/fs/contained-read';
import { readPluginFolder } from '#adapters/fs/plugin-folders';

let base: string;
let folder: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-contained-'));
  folder = join(base, 'plugin');
  mkdirSync(join(folder, 'docs'), { recursive: true });
  writeFileSync(join(folder, 'docs', 'icon.svg'), '<svg/>');
  mkdirSync(join(base, 'keys'));
  writeFileSync(join(base, 'keys', 'author.key'), 'secret');
});
afterEach(() => rmSync(base, { recursive: true }));

const text = async (path: string, maxBytes = 100) => {
  const bytes = await readContained(folder, path, maxBytes);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
};

describe("a file in an author's folder", () => {
  it('is read, also through a link that stays inside', async () => {
    symlinkSync(join(folder, 'docs'), join(folder, 'art'), 'junction');
    expect(await text('docs/icon.svg')).toBe('<svg/>');
    expect(await text('art/icon.svg')).toBe('<svg/>');
    expect(await text('docs/none.svg')).toBeUndefined();
    expect(await text('docs/icon.svg/none')).toBeUndefined();
  });

  it('is not read through a folder that is a link to another place', async () => {
    symlinkSync(join(base, 'keys'), join(folder, 'linked'), 'junction');
    await expect(text('linked/author.key')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });

  it('is not read from beside the folder', async () => {
    mkdirSync(`${folder}-other`);
    writeFileSync(`${folder}-other/file`, 'x');
    symlinkSync(`${folder}-other`, join(folder, 'other'), 'junction');
    await expect(text('other/file')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(text('../keys/author.key')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });

  it('is read up to its limit', async () => {
    await expect(text('docs/icon.svg', 3)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it.runIf(process.platform !== 'win32')('is no link to a secret, and no device', async () => {
    symlinkSync(join(base, 'keys', 'author.key'), join(folder, 'direct'));
    symlinkSync('/dev/zero', join(folder, 'endless'));
    await expect(text('direct')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(text('endless')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });
});

describe('the texts that say what a plugin is', () => {
  it.runIf(process.platform !== 'win32').each(['plugin.yaml', 'Cargo.toml', 'package.json'])(
    'are not taken from elsewhere: %s',
    async (name) => {
      if (name !== 'plugin.yaml') writeFileSync(join(folder, 'plugin.yaml'), 'name: acme/x');
      symlinkSync(join(base, 'keys', 'author.key'), join(folder, name));
      await expect(readPluginFolder(folder, '.')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    },
  );
});
