import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeCacheFolder } from '#entry/cli/code-cache';

const user = process.getuid?.();
let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'assay-home-')));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('compiled code of the command line', () => {
  test('is kept in a folder that only its user can enter', () => {
    const folder = codeCacheFolder({ HOME: home }, user);
    expect(folder).toBe(join(home, '.cache', 'assay', 'code'));
    if (process.platform !== 'win32') expect(statSync(folder ?? '').mode & 0o777).toBe(0o700);
  });

  test('is kept under XDG_CACHE_HOME where that is set', () => {
    expect(codeCacheFolder({ HOME: home, XDG_CACHE_HOME: join(home, 'x') }, user)).toBe(
      join(home, 'x', 'assay', 'code'),
    );
  });

  test.each(['CI', 'GITHUB_ACTIONS'])('is not kept where %s says that a job runs', (name) => {
    expect(codeCacheFolder({ HOME: home, [name]: 'true' }, user)).toBeUndefined();
  });

  test('is not kept without a home folder', () => {
    expect(codeCacheFolder({}, user)).toBeUndefined();
  });

  test.runIf(user !== undefined)('is not kept in a folder that others can write to', () => {
    mkdirSync(join(home, '.cache', 'assay', 'code'), { recursive: true });
    chmodSync(join(home, '.cache', 'assay', 'code'), 0o777);
    expect(codeCacheFolder({ HOME: home }, user)).toBeUndefined();
  });

  test.runIf(user !== undefined)('is not kept below a folder in which others can swap it', () => {
    mkdirSync(join(home, '.cache'));
    chmodSync(join(home, '.cache'), 0o777);
    expect(codeCacheFolder({ HOME: home }, user)).toBeUndefined();
  });

  test.runIf(user !== undefined)('is judged by where a link leads', () => {
    mkdirSync(join(home, 'open', 'code'), { recursive: true });
    chmodSync(join(home, 'open'), 0o777);
    mkdirSync(join(home, '.cache', 'assay'), { recursive: true });
    symlinkSync(join(home, 'open', 'code'), join(home, '.cache', 'assay', 'code'));
    expect(codeCacheFolder({ HOME: home }, user)).toBeUndefined();
  });

  test.runIf(user !== undefined)('is not kept in a folder of another user', () => {
    mkdirSync(join(home, '.cache', 'assay', 'code'), { recursive: true });
    const other = user === 0 ? 1 : (user ?? 0) + 1;
    const isRoots = statSync(home).uid === 0;
    // What belongs to root is the system's.
    expect(codeCacheFolder({ HOME: home }, other) === undefined).toBe(!isRoots);
  });

  test('is not kept where the folder cannot be made', () => {
    expect(codeCacheFolder({ HOME: '/dev/null/home' }, user)).toBeUndefined();
  });
});
