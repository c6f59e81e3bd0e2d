import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../rules/audited.ts';
import { assay, copyExample, temporaryFolder } from './harness.ts';

const MODULE = `(module (import "env" "log" (func $log)) (memory 1)
  (func (export "_initialize") call $log) (func (export "run") (param i32) call $log call $log))`;

async function folderWithModule(): Promise<string> {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'a.wasm'), await compile(MODULE));
  return folder;
}

describe('assay audit --probe', () => {
  it('tells beside the facts what the module really called', async () => {
    const { exit, stdout } = await assay(['audit', 'a.wasm', '--probe', '--probe-call', 'run'], {
      cwd: await folderWithModule(),
    });
    expect(exit).toBe(0);
    expect(stdout).toContain('probe a.wasm completed');
    expect(stdout).toMatch(/_initialize returned, called env\.log ×1\n +run returned, called env\.log ×2/);
  });

  it('is not passed over where only its companions are given', async () => {
    const cwd = await folderWithModule();
    const ran = await assay(['audit', 'a.wasm', '--probe-call', 'run'], { cwd });
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining('Add --probe.')]);
    expect((await assay(['audit', 'a.wasm', '--probe-timeout', 'x'], { cwd })).exit).toBe(2);
  });

  it('is part of the report, and no verdict depends on it', async () => {
    const cwd = await folderWithModule();
    const argv = ['audit', 'a.wasm', '--policy', 'assay:custom@1', '--json'];
    const [plain, probed] = [await assay(argv, { cwd }), await assay([...argv, '--probe'], { cwd })];
    const [before, after] = [JSON.parse(plain.stdout), JSON.parse(probed.stdout)];
    expect(after[0].probe).toMatchObject({ outcome: 'completed' });
    expect(after[1].digest).toBe(before[1].digest);
    expect(probed.exit).toBe(plain.exit);
  });

  it('refuses an export that is not there', async () => {
    const argv = ['audit', 'a.wasm', '--probe', '--probe-call', 'rum'];
    const { exit, stderr } = await assay(argv, { cwd: await folderWithModule() });
    expect(exit).toBe(2);
    expect(stderr).toContain('[EXPORT_UNKNOWN]');
  });

  it.each(['json', 'sarif'])('leaves %s a document that can be read', async (format) => {
    const argv = ['audit', 'a.wasm', '--probe', '--format', format];
    const { stdout } = await assay(argv, { cwd: await folderWithModule() });
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it.each([
    ['markdown', /\| Probe \| <code>env\.log<\/code> called; completed; 2 entries tried \|/],
    ['html', /<th scope="row">Probe<\/th><td><code>env\.log<\/code> called; completed; 2 entries tried/],
  ])('is a line of the %s report', async (format, line) => {
    const argv = ['audit', 'a.wasm', '--probe', '--format', format];
    const { stdout } = await assay(argv, { cwd: await folderWithModule() });
    expect(stdout).toMatch(line);
  });
});

describe('assay check --probe', () => {
  it('tries every artifact out; the verdict stays what it was', async () => {
    const folder = await copyExample('wat-luhn');
    const plain = await assay(['check', folder, '--json']);
    const probed = await assay(['check', folder, '--probe', '--json']);
    expect(probed.exit).toBe(0);
    expect(JSON.parse(probed.stdout)[0].verdict.digest).toBe(JSON.parse(plain.stdout)[0].verdict.digest);
    expect((await assay(['check', folder, '--probe'])).stdout).toMatch(/probe \S+ completed/);
  });
});
