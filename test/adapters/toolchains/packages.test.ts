import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assemblyscript } from '#adapters/toolchains/assemblyscript';
import { installedPackages } from '#adapters/toolchains/installed-packages';
import { digestOfPrograms, programVersion } from '#adapters/toolchains/program-version';
import { MemoryCache } from '../../stages/build/fakes.ts';
import { buildIn, reproduceIn, repository } from './build-folder.ts';
import { exportsOf, temporaryFolder, writeSources } from './compile.ts';

afterEach(() => vi.unstubAllEnvs());

const record = (version: string): string => JSON.stringify({ packages: { 'node_modules/twice': { version } } });
const PLUGIN = {
  'assembly/index.ts': 'import { twice } from "twice";\nexport function f(n: i32): i32 { return twice(n); }\n',
  'node_modules/twice/package.json': '{"name":"twice","version":"1.0.0"}',
  'node_modules/twice/index.ts': 'export function twice(n: i32): i32 { return n * 2; }\n',
  'node_modules/.package-lock.json': record('1.0.0'),
};
const JOB = { sources: ['assembly/index.ts'] };

describe('an AssemblyScript plugin with a package', () => {
  it('compiles to the same bytes in any folder', async () => {
    const { plugin } = await repository(PLUGIN);
    const { result, difference } = await reproduceIn(assemblyscript, plugin, JOB);
    expect(difference).toBeUndefined();
    expect(exportsOf(result.bytes)).toContain('f');
  });

  it('finds packages that are installed above its folder', async () => {
    const { 'assembly/index.ts': source, ...packages } = PLUGIN;
    const { plugin } = await repository({ ...packages, 'plugins/greet/assembly/index.ts': source }, 'plugins/greet');
    expect(exportsOf((await buildIn(assemblyscript, plugin, JOB)).bytes)).toContain('f');
  });

  it('is built again when another version is installed', async () => {
    const { plugin } = await repository(PLUGIN);
    const cache = new MemoryCache();
    await buildIn(assemblyscript, plugin, JOB, cache);
    expect((await buildIn(assemblyscript, plugin, JOB, cache)).fromCache).toBe(true);
    await writeFile(join(plugin, 'node_modules/.package-lock.json'), record('1.0.1'));
    expect((await buildIn(assemblyscript, plugin, JOB, cache)).fromCache).toBe(false);
  });

  it('names the place of an error inside the package', async () => {
    const { plugin } = await repository(PLUGIN);
    await writeFile(
      join(plugin, 'node_modules/twice/index.ts'),
      'export function twice(n: i32): i32 { return "x"; }\n',
    );
    await expect(buildIn(assemblyscript, plugin, JOB)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ message: expect.stringMatching(/^~lib\/twice\/index\.ts:1: .*not assignable/) }],
    });
  });

  it('has to name the settings above its folder that its own extend', async () => {
    const { plugin } = await repository(
      {
        'base.json': '{"options":{"exportRuntime":true}}',
        'greet/asconfig.json': '{"extends":"../base.json"}',
        'greet/assembly/index.ts': 'export function f(): string { return "x"; }',
      },
      'greet',
    );
    await expect(buildIn(assemblyscript, plugin, JOB)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      hint: expect.stringContaining('"../base.json"'),
    });
    const { bytes } = await buildIn(assemblyscript, plugin, { ...JOB, inputs: ['**', '../base.json'] });
    expect(exportsOf(bytes)).toContain('__new');
  });

  it('takes no transform from outside', async () => {
    const { plugin } = await repository(PLUGIN);
    for (const transform of ['/tmp/evil.js', '../../evil.js', 'twice/../../../evil.js']) {
      await expect(buildIn(assemblyscript, plugin, { ...JOB, options: { transform } })).rejects.toMatchObject({
        code: 'MANIFEST_INVALID',
      });
    }
  });
});

describe('what is installed in node_modules', () => {
  it('is nothing where there is no such folder', async () => {
    expect(await installedPackages(await temporaryFolder())).toEqual({});
  });

  it('is not known where no package manager wrote it down, or a package is a link to a folder', async () => {
    const folder = await writeSources(await temporaryFolder(), { 'node_modules/x/package.json': '{}' });
    expect(await installedPackages(folder)).toEqual({ uncacheable: true });
    await writeFile(join(folder, 'node_modules/.package-lock.json'), record('1.0.0'));
    expect(await installedPackages(folder)).toEqual({ identity: expect.stringMatching(/^packages sha256:/) });
    await writeFile(join(folder, 'node_modules/.package-lock.json'), '{"packages":{"node_modules/x":{"link":true}}}');
    expect(await installedPackages(folder)).toEqual({ uncacheable: true });
  });

  it('is not known where one of the records cannot be read', async () => {
    const folder = await temporaryFolder();
    await writeSources(folder, { 'node_modules/.package-lock.json': record('1.0.0') });
    expect(await installedPackages(folder)).toMatchObject({ identity: expect.any(String) });
    await writeSources(folder, { 'node_modules/.modules.yaml/x': '' });
    expect(await installedPackages(folder)).toEqual({ uncacheable: true });
  });

  it('counts in the folders above too', async () => {
    const root = await writeSources(await temporaryFolder(), { 'node_modules/.package-lock.json': record('1.0.0') });
    const folder = await writeSources(join(root, 'plugins', 'greet'), { 'a.ts': '' });
    const before = await installedPackages(folder);
    await writeFile(join(root, 'node_modules/.package-lock.json'), record('2.0.0'));
    expect(await installedPackages(folder)).not.toEqual(before);
  });
});

describe.skipIf(process.platform === 'win32')('a compiler (not on Windows, where scripts are no programs)', () => {
  it('that is replaced under the same version is another one', async () => {
    vi.stubEnv('XDG_CACHE_HOME', await temporaryFolder());
    const program = join(await temporaryFolder(), 'cc');
    const script = (comment: string): string => `#!/bin/sh\n# ${comment}\necho 1.0\n`;
    await writeFile(program, script('a'));
    await chmod(program, 0o755);
    expect(await programVersion(program, ['--version'])).toBe('1.0');
    const first = await digestOfPrograms([program]);
    expect(await digestOfPrograms([program])).toBe(first);
    await rm(program);
    await writeFile(program, script('b'), { mode: 0o755 });
    expect(await programVersion(program, ['--version'])).toBe('1.0');
    expect(await digestOfPrograms([program])).not.toBe(first);
    expect(await digestOfPrograms([join(program, 'absent')])).toBe('absent missing');
  });
});
