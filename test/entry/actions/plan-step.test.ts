import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { plan } from '#entry/actions/plan';
import { run } from '#entry/actions/steps/plan';
import type { InputValues } from '#entry/actions/definition';
import { temporaryFolder } from '../../adapters/toolchains/compile.ts';

let workspace: string;

beforeEach(async () => {
  workspace = await temporaryFolder();
  for (const [name, version] of [
    ['one', '1.0.0'],
    ['two', '2.0.0'],
  ]) {
    const folder = join(workspace, 'plugins', String(name));
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'plugin.yaml'),
      `name: acme/${name}\nversion: ${version}\nabi: { kind: custom }\nbuilds: [{ toolchain: wat, source: a.wat }]\n`,
    );
    await writeFile(join(folder, 'a.wat'), '(module)');
  }
});

async function planned(more: Partial<InputValues<typeof plan.inputs>>): Promise<string[]> {
  const inputs = { path: '.', 'changed-files': [], base: undefined, head: 'HEAD', tag: undefined, ...more };
  const clock = { now: () => new Date(0), elapsed: () => 0 };
  const { outputs } = await run(inputs, { workspace, env: {}, clock, log: () => {} });
  const plugins: unknown = JSON.parse(outputs.plugins);
  return Array.isArray(plugins) ? plugins.map((plugin: { name: string }) => plugin.name) : [];
}

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.test', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: workspace });
}

describe('the plan action', () => {
  it('plans what differs from the base', async () => {
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'first');
    git('checkout', '--quiet', '-b', 'topic');
    await writeFile(join(workspace, 'plugins', 'two', 'a.wat'), '(module (func))');
    git('commit', '--quiet', '--all', '--message', 'second');
    expect(await planned({ base: 'main' })).toEqual(['acme/two']);
    expect(await planned({ base: 'topic' })).toEqual([]);
    expect(await planned({})).toEqual(['acme/one', 'acme/two']);
  });

  it('takes a tag with a name as that plugin’s', async () => {
    expect(await planned({ tag: 'two/v2.0.0' })).toEqual(['acme/two']);
    await expect(planned({ tag: 'two/v1.0.0' })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    await expect(planned({ tag: 'three/v1.0.0' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(planned({ tag: 'v1.0.0' })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('puts out no matrix that is longer than GitHub takes, and says whose it is', async () => {
    const options = Array.from({ length: 100 }, (_, i) => `o${i}: ${'x'.repeat(900)}`).join(', ');
    const features = Array.from({ length: 100 }, (_, i) => `f${i}`).join(', ');
    await writeFile(
      join(workspace, 'plugins', 'two', 'plugin.yaml'),
      `name: acme/two\nversion: 2.0.0\nabi: { kind: custom }\nbuilds: [{ toolchain: wat, source: a.wat, options: { ${options} }, matrix: { features: [${features}] } }]\n`,
    );
    await expect(planned({})).rejects.toMatchObject({
      code: 'BUILD_LIMIT',
      problems: [{ message: expect.stringContaining('acme/two takes') }, expect.anything()],
    });
  });

  it('does not guess which of two lists of changes is meant', async () => {
    await expect(planned({ base: 'main', 'changed-files': ['a'] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
