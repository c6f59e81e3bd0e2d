import { saveCache } from '@actions/cache';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionsCache } from '#adapters/build-cache/actions-cache';
import { digestOf, hexOf } from '#model/digest';
import { build } from '#stages/build/build';
import { ActionsServices } from '../../fakes/actions-services.ts';
import { CountingToolchain, JOB, MemoryFiles } from '../../stages/build/fakes.ts';
import { temporaryFolder } from '../toolchains/compile.ts';

const services = new ActionsServices();
let folder: string;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);

beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  folder = await temporaryFolder();
  warnings = [];
  services.fault = () => undefined;
  const environment = { ...services.environment(), GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

async function open(timeoutMs = 20_000) {
  const cache = await actionsCache({ folder, timeoutMs });
  if (cache === undefined) throw new Error('the cache is not available');
  return cache;
}

describe('the Actions cache, by the real client', () => {
  it('gives back the bytes that were saved, and leaves no file behind', async () => {
    const cache = await open();
    const bytes = new Uint8Array(randomBytes(300_000));
    const key = digestOf(bytes);
    expect(await cache.restore(key, warn)).toBeUndefined();
    await cache.save(key, bytes, warn);
    expect(await cache.restore(key, warn)).toEqual(bytes);
    expect(await readdir(join(folder, 'assay-cache'))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('is not there outside a job', async () => {
    vi.stubEnv('ACTIONS_RESULTS_URL', '');
    vi.stubEnv('ACTIONS_CACHE_URL', '');
    expect(await actionsCache({ folder })).toBeUndefined();
  });

  it('asks again after a 503', { timeout: 60_000 }, async () => {
    const cache = await open();
    const key = digestOf('503');
    await cache.save(key, new Uint8Array([1]), warn);
    let refused = 0;
    services.fault = ({ path }, response) => {
      if (!path.endsWith('GetCacheEntryDownloadURL') || refused++ > 0) return undefined;
      response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
      return 'answered';
    };
    expect(await cache.restore(key, warn)).toEqual(new Uint8Array([1]));
    expect(refused).toBe(2);
  });

  it('counts as empty when it does not answer in time', async () => {
    const cache = await open(300);
    services.fault = ({ path }) => (path.includes('Cache') ? 'answered' : undefined);
    expect(await cache.restore(digestOf('slow'), warn)).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('no answer within 0.3 s')]);
  });

  it('counts as empty when a download is truncated', { timeout: 60_000 }, async () => {
    const cache = await open(5_000);
    const bytes = new Uint8Array(randomBytes(200_000));
    await cache.save(digestOf(bytes), bytes, warn);
    services.tamper('cache-', (stored) => stored.subarray(0, stored.length / 2));
    expect(await cache.restore(digestOf(bytes), warn)).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')(
    'counts as empty when a pipe was archived in the place of an entry',
    async () => {
      const key = digestOf('piped');
      const path = join(folder, 'assay-cache', hexOf(key));
      await mkdir(join(path, '..'));
      execFileSync('mkfifo', [path]);
      await saveCache([path], `assay-build-${hexOf(key)}`);
      await rm(path);
      expect(await (await open()).restore(key, warn)).toBeUndefined();
      expect(warnings).toEqual([expect.stringContaining('not a plain file')]);
    },
  );

  it('does not fail a build whose entry exists already', async () => {
    const cache = await open();
    const key = digestOf('twice');
    await cache.save(key, new Uint8Array([1]), warn);
    await cache.save(key, new Uint8Array([2]), warn);
    expect(await cache.restore(key, warn)).toEqual(new Uint8Array([1]));
  });
});

describe('a build over the Actions cache', () => {
  it('restores what an earlier job built, and builds again when the entry was poisoned', {
    timeout: 60_000,
  }, async () => {
    const files = new MemoryFiles();
    const toolchain = new CountingToolchain(files);
    const cache = await open();
    const run = () =>
      build(
        { job: JOB, sourceFolder: '/src', signingTokenInReach: false },
        { toolchains: { get: async () => toolchain }, files, cache, warn },
      );
    const first = await run();
    expect(await run()).toEqual({ ...first, fromCache: true });
    expect(toolchain.runs).toBe(1);

    const poisoned = await open();
    const poison = {
      ...poisoned,
      restore: async (...args: Parameters<typeof poisoned.restore>) => {
        const entry = await poisoned.restore(...args);
        return entry?.map((byte, at) => (at === entry.length - 1 ? byte ^ 1 : byte));
      },
    };
    const again = await build(
      { job: JOB, sourceFolder: '/src', signingTokenInReach: false },
      { toolchains: { get: async () => toolchain }, files, cache: poison, warn },
    );
    expect(again.fromCache).toBe(false);
    expect(warnings[0]).toContain('is damaged');
  });
});
