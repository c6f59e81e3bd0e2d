import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { run as decide } from '#entry/actions/steps/decide';
import { decideAgain } from '#entry/decide-again';
import { policyOf } from '#entry/documents';
import { loadPlugin } from '#entry/load-plugin';
import { temporaryFolder } from '../adapters/toolchains/compile.ts';
import { assay } from './cli/harness.ts';

const clock = { now: () => new Date(), elapsed: () => 0 };
let workspace: string;

async function describeBuilds(...ids: string[]): Promise<void> {
  const builds = ids.map((id) => `  - { id: ${id}, toolchain: wat, source: ${id}.wat }\n`).join('');
  await writeFile(
    join(workspace, 'plugin.yaml'),
    `name: acme/two\nversion: 1.0.0\nabi: { kind: custom }\nbuilds:\n${builds}`,
  );
}

beforeEach(async () => {
  workspace = await temporaryFolder();
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, 'one.wat'), '(module (func (export "run")))');
  await writeFile(join(workspace, 'other.wat'), '(module (func (export "run") nop))');
});

describe('a plugin of several builds', () => {
  it('is not decided with one of them changed since, or gone missing', async () => {
    await describeBuilds('one', 'other');
    expect(await assay(['check'], { cwd: workspace })).toMatchObject({ exit: 0 });
    const decided = () =>
      decide(
        {
          path: '.',
          out: '.assay',
          policy: undefined,
          baseline: undefined,
          acceptances: undefined,
          gate: false,
          summary: false,
          'fail-on': 'never',
        },
        { workspace, env: {}, clock, log: () => {} },
      );
    expect((await decided()).outputs.outcome).toBe('approve');
    const results = join(workspace, '.assay');
    await appendFile(join(results, 'acme.two.other.wasm'), Uint8Array.of(0, 1, 0));
    await expect(decided()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    for (const name of await readdir(results)) if (name.includes('.other.')) await rm(join(results, name));
    await expect(decided()).rejects.toMatchObject({
      code: 'FILE_MISSING',
      message: expect.stringContaining('two.other'),
    });
  });

  it('is not signed by a verdict that says nothing of one of them', async () => {
    await describeBuilds('one');
    expect(await assay(['check'], { cwd: workspace })).toMatchObject({ exit: 0 });
    const again = async () => {
      const plugin = await loadPlugin(workspace, '.');
      const grounds = { manifest: plugin.manifest, policy: policyOf(plugin, undefined, workspace), acceptances: [] };
      return decideAgain(join(workspace, '.assay'), grounds, clock);
    };
    expect((await again()).builds).toHaveLength(1);
    await describeBuilds('one', 'other');
    await expect(again()).rejects.toMatchObject({
      code: 'FILE_MISSING',
      message: expect.stringContaining('two.other'),
    });
  });
});
