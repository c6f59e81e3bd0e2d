import { execFileSync } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changedFiles } from '#adapters/git/changed-files';
import { temporaryFolder } from '../toolchains/compile.ts';

let folder: string;

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.test', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}

async function commit(files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
  return git('rev-parse', 'HEAD');
}

beforeEach(async () => {
  folder = await temporaryFolder();
  git('init', '--quiet', '--initial-branch', 'main');
});

describe('the files that changed', () => {
  it('are those of the branch, not those that the base gained meanwhile', async () => {
    const start = await commit({ 'a/x.c': '1', 'b/y.c': '1' });
    const base = await commit({ 'b/y.c': '2' });
    git('checkout', '--quiet', '-b', 'topic', start);
    const head = await commit({ 'a/x.c': '2', 'c/with space ü.c': '1' });
    expect(await changedFiles(folder, base, head)).toEqual(['a/x.c', 'c/with space ü.c']);
    expect(await changedFiles(folder, 'main', 'HEAD')).toEqual(['a/x.c', 'c/with space ü.c']);
  });

  it('have both names when one is renamed', async () => {
    const base = await commit({ 'a/x.c': 'a long enough text to be recognised' });
    await mkdir(join(folder, 'b'));
    await rename(join(folder, 'a/x.c'), join(folder, 'b/x.c'));
    expect(await changedFiles(folder, base, await commit({}))).toEqual(['a/x.c', 'b/x.c']);
  });

  it('hold a submodule that moved, whatever .gitmodules says about it, with a slash at its end', async () => {
    const moveTo = async (id: string): Promise<string> => {
      git('update-index', '--add', '--cacheinfo', `160000,${id.repeat(40)},plugins/greet`);
      git('commit', '--quiet', '--message', 'move');
      return git('rev-parse', 'HEAD');
    };
    await commit({ '.gitmodules': '[submodule "greet"]\n\tpath = plugins/greet\n\turl = ../greet\n\tignore = all\n' });
    const [base, head] = [await moveTo('a'), await moveTo('b')];
    expect(await changedFiles(folder, base, head)).toEqual(['plugins/greet/']);
  });

  it('cannot be known without the commit', async () => {
    await commit({ a: '1' });
    await expect(changedFiles(folder, 'f'.repeat(40), 'HEAD')).rejects.toMatchObject({
      code: 'FILE_MISSING',
      hint: expect.stringContaining('fetch-depth: 0'),
    });
  });

  it.each(['--output=/tmp/x', '-O', 'a..b', 'a b', '', '$(x)'])('are not asked for %j', async (revision) => {
    await expect(changedFiles(folder, revision, 'HEAD')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
