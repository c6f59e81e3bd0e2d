import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, copyExample, temporaryFolder } from './harness.ts';

const WHO = ['--who', 'octocat', '--reason', 'it reads its own dictionary'];

describe('assay accept', () => {
  it('records what the last check flagged, and the next check approves it', async () => {
    const plugin = await copyExample('c-spell-check');
    const file = join(temporaryFolder(), 'acceptances.yaml');
    expect((await assay(['check', plugin])).exit).toBe(3);
    const accepted = await assay(['accept', plugin, '--acceptances', file, ...WHO]);
    expect([accepted.exit, accepted.stdout]).toEqual([
      0,
      expect.stringContaining('accepts 1 finding of acme/spell-check: ASY122'),
    ]);
    expect((await assay(['check', plugin, '--acceptances', file])).exit).toBe(0);
  });

  it('keeps what a person wrote in the file', async () => {
    const plugin = await copyExample('c-spell-check');
    const file = join(temporaryFolder(), 'acceptances.yaml');
    const earlier = `# reviewed in March\n- plugin: acme/other\n  fingerprint: ${'ab'.repeat(16)}\n  reason: known\n  who: octocat\n`;
    await writeFile(file, earlier);
    await assay(['check', plugin]);
    expect((await assay(['accept', plugin, '--acceptances', file, ...WHO])).exit).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('# reviewed in March');
    expect(text).toMatch(/plugin: acme\/other[^]*plugin: acme\/spell-check/);
  });

  it('accepts nothing that was rejected, approved or not named', async () => {
    const file = join(temporaryFolder(), 'acceptances.yaml');
    const clean = await copyExample('wat-luhn');
    await assay(['check', clean]);
    const nothing = await assay(['accept', clean, '--acceptances', file, ...WHO]);
    expect([nothing.exit, nothing.stderr]).toEqual([2, expect.stringContaining('flagged nothing')]);
    const flagged = await copyExample('c-spell-check');
    await assay(['check', flagged]);
    const other = await assay(['accept', flagged, '--acceptances', file, '--rule', 'ASY240', ...WHO]);
    expect([other.exit, other.stderr]).toEqual([2, expect.stringContaining('flagged nothing of ASY240')]);
    expect(other.stderr).toContain('It flagged ASY122.');
    const unknown = await assay(['accept', flagged, '--acceptances', file, '--rule', 'ASY999', ...WHO]);
    expect([unknown.exit, unknown.stderr]).toEqual([2, expect.stringContaining('there is no rule ASY999')]);
  });

  it('takes a rule by the name that verdicts print', async () => {
    const plugin = await copyExample('c-spell-check');
    const file = join(temporaryFolder(), 'acceptances.yaml');
    await assay(['check', plugin]);
    const { exit, stdout } = await assay([
      ...['accept', plugin, '--acceptances', file, '--rule', 'undeclared-capability', ...WHO],
    ]);
    expect([exit, stdout]).toEqual([0, expect.stringContaining('accepts 1 finding of acme/spell-check: ASY122')]);
  });

  it('records nothing that ends before it begins', async () => {
    const plugin = await copyExample('c-spell-check');
    const file = join(temporaryFolder(), 'acceptances.yaml');
    await assay(['check', plugin]);
    const accept = (until: string) => assay(['accept', plugin, '--acceptances', file, '--until', until, ...WHO]);
    expect((await accept('2020-01-01T00:00:00Z')).stderr).toContain('nothing would be accepted');
    expect((await accept('tomorrow')).stderr).toContain('must be an instant in UTC, such as');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });
});
