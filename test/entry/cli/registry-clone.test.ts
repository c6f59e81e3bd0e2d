import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../adapters/toolchains/compile.ts';
import { assay } from './harness.ts';

describe('a registry in git', () => {
  it('is the same in a clone that would write lines with other ends', async () => {
    const cwd = await temporaryFolder();
    const git = (...args: string[]) => execFileSync('git', args, { cwd, stdio: 'pipe' });
    await assay(['keygen', '--out', 'keys'], { cwd });
    const made = await assay(['registry', 'init', 'plugins', '--id', 'acme-plugins', '--keys', 'keys', '--json'], {
      cwd,
    });
    const { root } = JSON.parse(made.stdout);
    const folder = join(cwd, 'plugins');
    git('init', '-q', folder);
    git('-C', folder, 'add', '.');
    git('-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-q', '-m', 'a registry');
    git('-c', 'core.autocrlf=true', 'clone', '-q', folder, 'clone');
    expect(await assay(['registry', 'list', 'clone', '--root', root], { cwd })).toMatchObject({ exit: 0 });
  });
});
