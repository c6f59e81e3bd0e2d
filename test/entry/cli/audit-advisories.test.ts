import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { customSection, withCustom } from '../../rules/audited.ts';
import { assay, temporaryFolder } from './harness.ts';

const RECORD = {
  id: 'RUSTSEC-0000-0001',
  summary: 'Buffer overflow in insert_many',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'crates.io', name: 'smallvec' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.6.1' }] }],
    },
  ],
};

async function folderWithModule(): Promise<string> {
  const folder = temporaryFolder();
  const packages = [{ name: 'smallvec', version: '1.5.0', source: 'crates.io' }];
  const list = customSection('.dep-v0', deflateSync(JSON.stringify({ packages })));
  await writeFile(join(folder, 'plugin.wasm'), await withCustom('(module (func (export "run")))', list));
  await mkdir(join(folder, 'osv/crates.io'), { recursive: true });
  await writeFile(join(folder, 'osv/crates.io/one.json'), JSON.stringify(RECORD));
  return folder;
}

describe('assay audit with advisories', () => {
  it('names the vulnerable library and what to update it to', async () => {
    const cwd = await folderWithModule();
    const { exit, stdout } = await assay(
      ['audit', 'plugin.wasm', '--advisories', 'osv', '--policy', 'assay:custom@1'],
      { cwd },
    );
    expect(exit).toBe(3);
    expect(stdout).toContain('smallvec 1.5.0 has RUSTSEC-0000-0001 (CVSS 9.8)');
    expect(stdout).toContain('Update smallvec to 1.6.1');
  });

  it('says nothing of vulnerabilities without records', async () => {
    const cwd = await folderWithModule();
    const { exit } = await assay(['audit', 'plugin.wasm', '--policy', 'assay:custom@1'], { cwd });
    expect(exit).toBe(0);
  });

  it('records that are no OSV records end it with their name', async () => {
    const cwd = await folderWithModule();
    await writeFile(join(cwd, 'bad.json'), '{"no": "id"}');
    const { exit, stderr } = await assay(['audit', 'plugin.wasm', '--advisories', 'bad.json'], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain('bad.json');
  });

  it('writes a bill of materials', async () => {
    const cwd = await folderWithModule();
    const { stdout } = await assay(['audit', 'plugin.wasm', '--format', 'cyclonedx'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      bomFormat: 'CycloneDX',
      components: [{ purl: 'pkg:cargo/smallvec@1.5.0' }],
    });
  });
});
