import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, copyExample } from './harness.ts';

describe('assay decide --gate', () => {
  it('asks a person about a plugin that has no approved version, and not about an update', async () => {
    const folder = await copyExample('wat-luhn');
    expect((await assay(['check', folder])).exit).toBe(0);
    const report = join(folder, '.assay', 'acme.luhn.audit.json');
    const argv = ['decide', report, '--policy', 'assay:custom@1', '--manifest', folder];
    expect((await assay(argv)).exit).toBe(0);
    const { exit, stdout } = await assay([...argv, '--gate']);
    expect(exit).toBe(3);
    expect(stdout).toContain('ASY384');
    expect((await assay([...argv, '--gate', '--baseline', report])).exit).toBe(0);
  });

  it('takes a manifest by whatever name it has', async () => {
    const folder = await copyExample('wat-luhn');
    expect((await assay(['check', folder])).exit).toBe(0);
    const report = join(folder, '.assay', 'acme.luhn.audit.json');
    await rename(join(folder, 'plugin.yaml'), join(folder, 'luhn.yaml'));
    const argv = ['decide', report, '--policy', 'assay:custom@1', '--manifest', 'luhn.yaml'];
    const { exit, stdout } = await assay(argv, { cwd: folder });
    expect([exit, stdout]).toEqual([0, expect.stringContaining('acme/luhn')]);
  });
});
