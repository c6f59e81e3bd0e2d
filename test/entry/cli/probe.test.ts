import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../rules/audited.ts';
import { assay, temporaryFolder } from './harness.ts';

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
    expect(stdout).toContain('probe completed');
    expect(stdout).toMatch(/_initialize returned, called env\.log ×1\n +run returned, called env\.log ×2/);
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
});
