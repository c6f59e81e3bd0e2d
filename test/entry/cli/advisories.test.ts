import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJson } from '#model/parse';
import { VerdictSchema } from '#model/verdict';
import { assay, copyExample } from './harness.ts';

const RECORD = {
  id: 'RUSTSEC-0000-0001',
  aliases: ['CVE-0000-0001'],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'crates.io', name: 'smallvec' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.6.1' }] }],
    },
  ],
};
const PANICS =
  '(module (memory (export "memory") 1) (data (i32.const 16) "/cargo/registry/src/mirror-6f17/smallvec-1.5.0/src/lib.rs"))';

describe('assay check --advisories', () => {
  it('flags a library with a severe hole, and puts the digest of the records into the verdict', async () => {
    const folder = await copyExample('wat-luhn');
    await writeFile(join(folder, 'src/luhn.wat'), PANICS);
    await writeFile(join(folder, 'osv.json'), JSON.stringify(RECORD));
    expect((await assay(['check', folder])).exit).toBe(0);
    const { exit, stdout } = await assay(['check', folder, '--advisories', join(folder, 'osv.json')]);
    expect(exit).toBe(3);
    expect(stdout).toContain('CVE-0000-0001');
    const text = await readFile(join(folder, '.assay/verdict.json'));
    const { decision } = parseJson(VerdictSchema, text, { source: 'verdict.json' });
    expect(decision.advisories).toMatch(/^sha256:/);
  });

  it('names the file that is no record', async () => {
    const folder = await copyExample('wat-luhn');
    await writeFile(join(folder, 'osv.json'), '{"id": 1}');
    const { exit, stderr } = await assay(['check', folder, '--advisories', join(folder, 'osv.json')]);
    expect(exit).toBe(2);
    expect(stderr).toContain('osv.json');
  });
});
