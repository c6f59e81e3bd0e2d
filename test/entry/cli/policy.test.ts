import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, contentsOf, copyExample, temporaryFolder } from './harness.ts';

async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const POLICY =
  'extends: [assay:custom@1]\ncapabilities:\n  deny: [net]\nwaivers:\n' +
  '  - { rule: ASY290, plugin: acme/luhn, reason: "measured, and fine here", who: ann, until: "2090-01-01T00:00:00Z" }\n';

describe('assay policy explain', () => {
  it('prints every line with the document and line that it comes from', async () => {
    const folder = await folderWith({ 'policy.yaml': POLICY });
    const { exit, stdout } = await assay(['policy', 'explain', 'policy.yaml'], { cwd: folder });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/capabilities\.deny\n {2}net +\S*policy\.yaml:3/);
    expect(stdout).toMatch(/env\.abort \(i32, i32, i32, i32\) → nothing +assay:custom@1/);
    expect(stdout).toContain('ASY290 for acme/luhn until 2090-01-01, by ann');
    expect(stdout).not.toContain('ASY240');
  });

  it('tells a waiver that has ended from one that counts', async () => {
    const folder = await folderWith({ 'policy.yaml': POLICY.replace('2090', '2020') });
    const { stdout } = await assay(['policy', 'explain', 'policy.yaml'], { cwd: folder });
    expect(stdout).toContain('ASY290 for acme/luhn ended 2020-01-01, by ann');
  });

  it('says of a policy that is missing from which folder its path counts', async () => {
    const folder = await folderWith({ 'sub/policy.yaml': 'extends: [base.yaml]\n' });
    const { exit, stderr } = await assay(['policy', 'explain', 'sub/policy.yaml'], { cwd: folder });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('the policy sub/base.yaml does not exist')]);
    expect(stderr).toContain('named under extends');
  });

  it('lists the rules at their default levels when asked', async () => {
    const { stdout } = await assay(['policy', 'explain', 'assay:custom@1', '--defaults']);
    expect(stdout).toMatch(/ASY240 memory-without-maximum: note +catalogue/);
  });

  it('gives a machine the flattened policy and its digest', async () => {
    const { stdout } = await assay(['policy', 'explain', 'assay:strict@1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      policy: { schema: 'assay.policy/1', rules: { ASY240: 'warning' } },
      digest: expect.stringMatching(/^sha256:/),
    });
  });

  it('names the preset that was meant', async () => {
    const { exit, stderr } = await assay(['policy', 'explain', 'assay:custm@1']);
    expect(exit).toBe(2);
    expect(stderr).toContain('assay:custom@1');
  });
});

describe('assay policy simulate', () => {
  it('tells which versions another policy would have decided otherwise, and by which rule', async () => {
    const plugin = await copyExample('wat-luhn');
    await assay(['check', plugin]);
    const policies = await folderWith({ 'strict.yaml': 'extends: [assay:custom@1]\nlimits: { size: 10 }\n' });
    const argv = ['policy', 'simulate', 'strict.yaml', plugin, '--against', 'assay:custom@1'];
    const { exit, stdout } = await assay(argv, { cwd: policies });
    expect(exit).toBe(0);
    expect(stdout).toContain('1 version, 1 outcome would change');
    expect(stdout).toContain('acme/luhn 0.3.0  approve → reject  +ASY290');
    const { stdout: json } = await assay([...argv, '--json'], { cwd: policies });
    expect(JSON.parse(json)).toMatchObject({ cases: 1, counts: { approve: { approve: 0, reject: 1 } } });
  });

  it('says so when nothing changes, and changes nothing itself', async () => {
    const plugin = await copyExample('wat-luhn');
    await assay(['check', plugin]);
    const before = await contentsOf(plugin);
    const argv = ['policy', 'simulate', 'assay:custom@1', plugin, '--against', 'assay:custom@1'];
    expect((await assay(argv)).stdout).toContain('none changes its outcome');
    expect(await contentsOf(plugin)).toEqual(before);
  });

  it('asks for reports where a folder holds none', async () => {
    const argv = ['policy', 'simulate', 'assay:custom@1', temporaryFolder(), '--against', 'assay:custom@1'];
    const { exit, stderr } = await assay(argv);
    expect(exit).toBe(2);
    expect(stderr).toContain('[FILE_MISSING]');
    expect(stderr).toContain('assay check');
  });
});

describe('assay policy test', () => {
  const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const fixtures = (expectations: string) => ({
    'policy.yaml': POLICY,
    'empty.wasm': EMPTY,
    'broken.wasm': Uint8Array.of(...EMPTY, 1, 99),
    'policy-tests.yaml': `cases:\n${expectations}`,
  });

  it('passes when every verdict is the expected one, bytes that cannot be read among them', async () => {
    const folder = await folderWith(
      fixtures(
        '  - { name: nothing in it, module: empty.wasm, expect: approve }\n' +
          '  - { name: cut off, module: broken.wasm, expect: reject, rules: [ASY10] }\n',
      ),
    );
    const { exit, stdout } = await assay(['policy', 'test', folder]);
    expect(stdout).toContain('2 cases, all as expected');
    expect(exit).toBe(0);
  });

  it('fails with what was expected and what came', async () => {
    const folder = await folderWith(fixtures('  - { name: nothing in it, module: empty.wasm, expect: reject }\n'));
    const { exit, stdout } = await assay(['policy', 'test', '.'], { cwd: folder });
    expect(exit).toBe(5);
    expect(stdout).toContain('✗ nothing in it: expected reject, got approve');
  });

  it('tests another policy when asked', async () => {
    const folder = await folderWith({
      ...fixtures('  - { name: nothing in it, module: empty.wasm, expect: reject, rules: [ASY290] }\n'),
      'small.yaml': 'limits: { size: 4 }\n',
    });
    expect((await assay(['policy', 'test', '--policy', 'small.yaml'], { cwd: folder })).exit).toBe(0);
  });

  it('takes stored reports and declared capabilities', async () => {
    const plugin = await copyExample('wat-luhn');
    await assay(['check', plugin]);
    await writeFile(
      join(plugin, 'policy-tests.yaml'),
      'policy: assay:custom@1\ncases:\n  - { name: luhn, report: .assay/acme.luhn.audit.json, capabilities: [net], expect: approve }\n',
    );
    expect((await assay(['policy', 'test', plugin])).exit).toBe(0);
  });

  it.each([
    ['  - { name: both, module: a.wasm, report: b.json, expect: approve }\n', 'either module or report'],
    ['  - { name: outside, module: ../a.wasm, expect: approve }\n', 'inside the plugin folder'],
    ['  - { name: typo, modul: a.wasm, expect: approve }\n', 'modul'],
  ])('refuses %j', async (expectations, says) => {
    const { exit, stderr } = await assay(['policy', 'test', await folderWith(fixtures(expectations))]);
    expect(exit).toBe(2);
    expect(stderr).toContain(says);
  });
});
