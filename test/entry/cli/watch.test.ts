import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { CliContext } from '#entry/cli/context';
import { runCli } from '#entry/cli/run';
import { SILENT } from '#ports/progress';
import { assay, copyExample } from './harness.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

describe('assay check --watch', () => {
  it('prints only what changed in the verdict, and goes on after a source that does not compile', async () => {
    const cwd = await copyExample('wat-unit-convert');
    const source = join(cwd, 'src/unit_convert.wat');
    const original = await readFile(source, 'utf8');
    let stdout = '';
    let stderr = '';
    const abort = new AbortController();
    const context: CliContext = {
      cwd,
      env: { ASSAY_CACHE: 'off' },
      clock: { now: () => new Date(), elapsed: () => performance.now() },
      colours: pc.createColors(false),
      progress: SILENT,
      width: 80,
      isTerminal: false,
      signal: abort.signal,
      stdout: (text) => (stdout += text),
      stderr: (text) => (stderr += text),
    };
    const running = runCli(['check', '--watch'], context);
    await expect.poll(() => stderr, PATIENCE).toContain('watching');
    expect(stdout).toContain('rejected');

    stdout = '';
    await writeFile(source, original.replace('(start $on_load)', ''));
    await expect.poll(() => stdout, PATIENCE).toContain('− ASY220');
    expect(stdout).not.toContain('ASY122 undeclared');

    stdout = '';
    await writeFile(source, original.replace('(start $on_load)', '(start $nobody)'));
    await expect.poll(() => stdout, PATIENCE).toContain('COMPILE_FAILED');
    await expect.poll(() => stderr, PATIENCE).toContain('nobody');

    stdout = '';
    await writeFile(source, original);
    await expect.poll(() => stdout, PATIENCE).toContain('+ ASY220');

    abort.abort();
    expect(await running).toBe(4);
  });

  it('takes one folder', async () => {
    expect(await assay(['check', '--watch', 'a', 'b'])).toMatchObject({ exit: 2 });
  });
});
