import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AuditReportSchema } from '#model/audit-report';
import { parseJson } from '#model/parse';
import { type Verdict, VerdictSchema } from '#model/verdict';
import { assay, contentsOf, copyExample } from './harness.ts';

describe('assay check', () => {
  it('approves a clean plugin and leaves module, record, report and verdict in .assay', async () => {
    const folder = await copyExample('wat-luhn');
    const { exit, stdout, stderr } = await assay(['check', folder]);
    expect(exit).toBe(0);
    expect(stdout).toContain('approved · acme/luhn 0.3.0');
    expect(stderr.split('\n').map((line) => line.trim().split(/\s+/)[0])).toEqual([
      'acme/luhn',
      'plan',
      'build',
      'audit',
      'decide',
      '',
    ]);
    expect(Object.keys(await contentsOf(join(folder, '.assay')))).toEqual([
      'acme.luhn.audit.json',
      'acme.luhn.build.json',
      'acme.luhn.log',
      'acme.luhn.wasm',
      'badge.json',
      'badge.svg',
      'report.html',
      'report.sarif',
      'summary.md',
      'verdict.json',
    ]);
  });

  it.each([
    ['wat-luhn', 0],
    ['wat-unit-convert', 4],
  ])('writes documents for %s that match their schemas', async (example, expected) => {
    const folder = await copyExample(example);
    expect((await assay(['check', folder])).exit).toBe(expected);
    const names = Object.keys(await contentsOf(join(folder, '.assay')));
    const report = names.find((name) => name.endsWith('.audit.json')) ?? '';
    const read = (name: string): Promise<Uint8Array> => readFile(join(folder, '.assay', name));
    expect(() => parseJson(AuditReportSchema, '{}', { source: 'canary' })).toThrow(/schema/);
    parseJson(AuditReportSchema, await read(report), { source: report });
    parseJson(VerdictSchema, await read('verdict.json'), { source: 'verdict.json' });
  });

  it('rejects what its start section does to files, and says what to change', async () => {
    const { exit, stdout } = await assay(['check', await copyExample('wat-unit-convert')]);
    expect(exit).toBe(4);
    expect(stdout).toMatch(/^\n?rejected · acme\/unit-convert 3\.1\.0/);
    expect(stdout).toContain('path_unlink_file');
    expect(stdout).toContain('drop');
  });

  it('prints one JSON document with --json and nothing else', async () => {
    const { stdout, stderr } = await assay(['check', await copyExample('wat-luhn'), '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject([{ verdict: { decision: { outcome: 'approve' } } }]);
  });

  it('gives the most severe exit code over several plugins', async () => {
    const { exit } = await assay(['check', await copyExample('wat-luhn'), await copyExample('wat-unit-convert')]);
    expect(exit).toBe(4);
  });

  it('says where the report is, from where the person stands', async () => {
    const cwd = join(await copyExample('wat-luhn'), '..');
    expect((await assay(['check', 'wat-luhn'], { cwd })).stdout).toContain('Full report: wat-luhn/.assay/report.html');
    const inside = { cwd: join(cwd, 'wat-luhn') };
    expect((await assay(['check'], inside)).stdout).toContain('Full report: .assay/report.html');
  });

  it('gives the same verdict digest each time', async () => {
    const digest = async (): Promise<unknown> => {
      const { stdout } = await assay(['check', await copyExample('wat-luhn'), '--json']);
      return (JSON.parse(stdout) as { verdict: { digest: string } }[])[0]?.verdict.digest;
    };
    expect(await digest()).toBe(await digest());
  });

  it('gives the same verdict wherever the policy file lies, and names its lines by where they are from it', async () => {
    const judged = async (place: string): Promise<{ digest: string; lines: (string | undefined)[] }> => {
      const cwd = join(await copyExample('wat-luhn'), '..');
      await mkdir(join(cwd, place), { recursive: true });
      await writeFile(join(cwd, place, '..', 'base.yaml'), 'extends: [assay:custom@1]\nlimits: { size: 100 }\n');
      await writeFile(join(cwd, place, 'policy.yaml'), 'extends: [../base.yaml]\nlimits:\n  functions: 1\n');
      const { stdout } = await assay(['check', 'wat-luhn', '--policy', `${place}/policy.yaml`, '--json'], { cwd });
      const [one] = JSON.parse(stdout) as [{ verdict: Verdict }];
      const { digest, decision } = one.verdict;
      return { digest, lines: decision.reasons.map(({ policyLine }) => policyLine) };
    };
    const { digest, lines } = await judged('policies/strict');
    expect(lines).toEqual(expect.arrayContaining(['limits.functions (policy.yaml:3)', 'limits.size (../base.yaml:2)']));
    expect(await judged('elsewhere/deep/down')).toEqual({ digest, lines });
  });

  it('names a policy file that cannot be read as the person named it', async () => {
    const cwd = join(await copyExample('wat-luhn'), '..');
    await writeFile(join(cwd, 'broken.yaml'), 'extends: [assay:custom@1]\nlimitz: {}\n');
    const broken = await assay(['check', 'wat-luhn', '--policy', 'broken.yaml'], { cwd });
    expect(broken).toMatchObject({ exit: 2, stderr: expect.stringMatching(/error broken\.yaml: limitz/) });
    const missing = await assay(['check', 'wat-luhn', '--policy', 'nowhere.yaml'], { cwd });
    expect(missing).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the policy nowhere.yaml does not exist'),
    });
  });

  it('points at the line of the source that does not compile', async () => {
    const folder = await copyExample('wat-luhn');
    await writeFile(join(folder, 'src/luhn.wat'), '(module\n  (func (result i32)\n    nonsense))\n');
    const { exit, stderr } = await assay(['check', folder]);
    expect(exit).toBe(2);
    expect(stderr).toContain('[COMPILE_FAILED]');
    expect(stderr).toMatch(/src\/luhn\.wat:3:5/);
  });

  it('refuses to build where a signing token is in reach', async () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x', ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9' };
    const { exit, stderr } = await assay(['check', await copyExample('wat-luhn')], { env });
    expect(exit).toBe(2);
    expect(stderr).toContain('[BUILD_UNSAFE]');
  });
});
