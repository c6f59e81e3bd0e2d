import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchFolder } from '#adapters/fs/watch-folder';

it('a watched folder tells what changed, but not what builds leave or never read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['src', 'node_modules', 'out']) await mkdir(join(folder, name));
  const abort = new AbortController();
  const changes = watchFolder(folder, { ignored: ['out'], signal: abort.signal });
  const first = changes.next();
  await writeFile(join(folder, 'node_modules', 'x'), '');
  await writeFile(join(folder, 'out', 'x'), '');
  await writeFile(join(folder, 'src', 'a.c'), 'int a;');
  expect((await first).value).toEqual(['src/a.c']);
  abort.abort();
  expect((await changes.next()).done).toBe(true);
});
