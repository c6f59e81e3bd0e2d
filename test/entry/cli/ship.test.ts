import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, contentsOf, copyExample } from './harness.ts';
import { newWorkplace } from './workplace.ts';

describe('before anything is built, the line', () => {
  it('publishes nothing that it was to install into a runtime which trusts no registry', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    const before = await contentsOf(place.registry);
    const shipping = ['ship', folder, '--keys', place.keys, '--registry', place.registry];
    const { exit, stderr } = await assay([...shipping, '--runtime', join(folder, 'runtime')]);
    expect([exit, stderr.includes('assay trust add')]).toEqual([2, true]);
    expect(await contentsOf(place.registry)).toEqual(before);
  });

  it('builds nothing for a registry that is none', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    const { exit, stderr } = await assay(['ship', folder, '--keys', place.keys, '--registry', join(folder, 'gone')]);
    expect([exit, stderr.includes('[REGISTRY_UNKNOWN]')]).toEqual([2, true]);
    expect(stderr).not.toContain('build');
  });

  it('checks that the companions are there before anything is built', async () => {
    const folder = await copyExample('wat-luhn');
    const manifest = join(folder, 'plugin.yaml');
    await writeFile(manifest, `${await readFile(manifest, 'utf8')}companions:\n  - path: icon.png\n`);
    const { exit, stderr } = await assay(['check', folder]);
    expect([exit, stderr.includes('the companion icon.png does not exist')]).toEqual([2, true]);
    await writeFile(join(folder, 'icon.png'), 'png');
    expect((await assay(['check', folder])).exit).toBe(0);
  });
});
