import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachingToolchains } from '#adapters/build-cache/caching-toolchains';
import { dependencyFolders, keepDependencies } from '#adapters/build-cache/dependency-cache';
import type { Toolchain } from '#ports/toolchain';
import { ActionsServices } from '../../fakes/actions-services.ts';
import { JOB } from '../../stages/build/fakes.ts';
import { temporaryFolder } from '../toolchains/compile.ts';

const services = new ActionsServices();
let folder: string;

beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  folder = await temporaryFolder();
  const environment = {
    ...services.environment(),
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    CARGO_HOME: join(folder, 'cargo'),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const never = (message: string): void => expect.fail(message);

describe('the dependencies of a toolchain', () => {
  it('are keyed by compiler and lock file, wherever above the plugin that lies', async () => {
    const plugin = join(folder, 'plugins', 'greet');
    await mkdir(plugin, { recursive: true });
    expect(await dependencyFolders('rust', '1.0', plugin)).toBeUndefined();
    await writeFile(join(folder, 'Cargo.lock'), 'one');
    const first = await dependencyFolders('rust', '1.0', plugin);
    expect(await dependencyFolders('rust', '1.0', plugin)).toEqual(first);
    expect((await dependencyFolders('rust', '1.1', plugin))?.key).not.toBe(first?.key);
    await writeFile(join(plugin, 'Cargo.lock'), 'two');
    expect((await dependencyFolders('rust', '1.0', plugin))?.key).not.toBe(first?.key);
    expect(await dependencyFolders('assemblyscript', '1.0', plugin)).toBeUndefined();
  });

  it('are saved after the first build and there before the second', async () => {
    await writeFile(join(folder, 'Cargo.lock'), 'lock');
    const folders = await dependencyFolders('rust', '1.0', folder);
    if (folders === undefined) throw new Error('rust has dependencies to keep');
    const save = await keepDependencies(folders, never);
    const crate = join(folder, 'cargo', 'registry', 'cache', 'a.crate');
    await mkdir(join(folder, 'cargo', 'registry', 'index'), { recursive: true });
    await mkdir(join(crate, '..'), { recursive: true });
    await writeFile(crate, 'crate');
    await save();
    await rm(join(folder, 'cargo'), { recursive: true });
    const again = await keepDependencies(folders, never);
    expect(await readFile(crate, 'utf8')).toBe('crate');
    const before = services.requests.length;
    await again();
    expect(services.requests.length).toBe(before);
  });

  it('are not needed for a build', async () => {
    await writeFile(join(folder, 'Cargo.lock'), 'other');
    const folders = await dependencyFolders('rust', '1.0', folder);
    if (folders === undefined) throw new Error('rust has dependencies to keep');
    vi.stubEnv('ACTIONS_RESULTS_URL', '');
    vi.stubEnv('ACTIONS_CACHE_URL', '');
    await (await keepDependencies(folders, never))();
  });
});

describe('a toolchain whose dependencies are kept', () => {
  it('fetches them before it compiles and saves them after, and not for anything else', async () => {
    await writeFile(join(folder, 'Cargo.lock'), 'third');
    const steps: string[] = [];
    const inner: Toolchain = {
      name: 'rust',
      recipe: 7,
      detect: async () => ({ version: '1.0', location: '/there' }),
      compile: async () => {
        steps.push(services.requests.some((line) => line.endsWith('GetCacheEntryDownloadURL')) ? 'asked' : 'not asked');
        await mkdir(join(folder, 'cargo', 'registry', 'cache'), { recursive: true });
        await mkdir(join(folder, 'cargo', 'registry', 'index'), { recursive: true });
        await writeFile(join(folder, 'cargo', 'registry', 'cache', 'a.crate'), 'crate');
        return { module: 'module.wasm', companions: [], arguments: [], diagnostics: [], log: '' };
      },
    };
    services.requests.length = 0;
    const toolchain = await cachingToolchains({ get: async () => inner }, never).get('rust');
    await toolchain.detect(folder);
    expect(services.requests).toEqual([]);
    await toolchain.compile({
      job: JOB,
      sourceFolder: folder,
      sourceRoot: folder,
      pluginFolder: folder,
      outputFolder: folder,
      timeoutMs: 1000,
    });
    expect(steps).toEqual(['asked']);
    expect(services.requests.at(-1)).toBe('POST FinalizeCacheEntryUpload');
    expect(toolchain.recipe).toBe(7);
  });
});
