import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PACKAGE_MANAGERS, type PackageManager } from '#adapters/setup/package-managers';
import { setupToolchain, TOOLCHAIN_PINS } from '#adapters/setup/setup-toolchain';
import { clang } from '#adapters/toolchains/clang';
import { digestOf } from '#model/digest';
import type { ToolchainPin } from '#model/toolchain-pins';
import type { Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { temporaryFolder } from '../toolchains/compile.ts';

let archive: Buffer;
let server: Server;
let requests = 0;
let answer: { status: number; body: Buffer };
let runner: string;

beforeAll(async () => {
  // A stand-in for a wasi-sdk: a program that answers --version, and a libc.
  const folder = await temporaryFolder();
  const sdk = join(folder, 'wasi-sdk-1.0');
  await mkdir(join(sdk, 'bin'), { recursive: true });
  await mkdir(join(sdk, 'share', 'wasi-sysroot', 'lib', 'wasm32-wasi'), { recursive: true });
  await writeFile(join(sdk, 'bin', 'clang'), '#!/bin/sh\necho "clang version 99.0.0"\n', { mode: 0o755 });
  await writeFile(join(sdk, 'share', 'wasi-sysroot', 'lib', 'wasm32-wasi', 'libc.a'), 'libc');
  execFileSync('tar', ['czf', 'sdk.tar.gz', 'wasi-sdk-1.0'], { cwd: folder });
  archive = await readFile(join(folder, 'sdk.tar.gz'));
  server = createServer((_request, response) => {
    requests++;
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(async () => {
  runner = await temporaryFolder();
  requests = 0;
  answer = { status: 200, body: archive };
  vi.stubEnv('RUNNER_TEMP', join(runner, 'temp'));
  vi.stubEnv('RUNNER_TOOL_CACHE', join(runner, 'tools'));
  vi.stubEnv('WASI_SDK_PATH', join(runner, 'no-sdk'));
  vi.stubEnv('PATH', process.env['PATH'] ?? '');
});
afterEach(() => vi.unstubAllEnvs());

function pin(more: Partial<ToolchainPin> = {}): ToolchainPin {
  const { port } = server.address() as AddressInfo;
  return {
    toolchain: 'clang',
    tool: 'wasi-sdk',
    version: '1.0.0',
    platform: 'linux-x64',
    url: `http://127.0.0.1:${port}/sdk.tar.gz`,
    sha256: digestOf(archive),
    folder: 'wasi-sdk-1.0',
    path: [],
    variables: ['WASI_SDK_PATH'],
    evidence: 'made by this test',
    ...more,
  };
}

/** clang as if this machine had none of its own. */
const sdkClang: Toolchain = {
  ...clang,
  detect: async (folder) => {
    const found = await clang.detect(folder);
    return 'missing' in found || found.version.startsWith('clang version 99') ? found : ABSENT;
  },
};
const ABSENT: ToolchainAbsence = { missing: 'clang', hint: 'install clang' };

function setup(more: Partial<ToolchainPin> = {}, allow = { packages: false, downloads: true }) {
  return setupToolchain(
    { toolchain: sdkClang, sourceFolder: runner, allow },
    { pins: [pin(more)], platform: 'linux-x64', managers: [] },
  );
}

async function leftovers(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of ['temp', 'tools']) names.push(...(await readdir(join(runner, folder)).catch(() => [])));
  return names;
}

describe.skipIf(process.platform === 'win32')('a pinned download', () => {
  it('is checked, put into the tool cache, and found there the next time', async () => {
    const { origin, presence, variables } = await setup();
    expect(origin).toBe('pinned download');
    expect(presence.version).toContain('clang version 99.0.0');
    expect(variables['WASI_SDK_PATH']).toContain(join(runner, 'tools', 'wasi-sdk', '1.0.0'));
    expect(await readdir(join(runner, 'temp'))).toEqual([]);
    vi.stubEnv('WASI_SDK_PATH', join(runner, 'no-sdk'));
    await setup();
    expect(requests).toBe(1);
  });

  it('with another digest fails and leaves nothing behind', async () => {
    await expect(setup({ sha256: digestOf('other') })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      exit: 5,
      hint: expect.stringContaining('made by this test'),
    });
    expect(await leftovers()).toEqual([]);
  });

  it('that is truncated fails by its digest, before anything unpacks it', async () => {
    answer.body = archive.subarray(0, archive.length - 10);
    await expect(setup()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await leftovers()).toEqual([]);
  });

  it('without the folder it should have leaves nothing behind', async () => {
    await expect(setup({ folder: 'other' })).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
    expect(await leftovers()).toEqual([]);
  });

  it('that is not there is a network error', async () => {
    answer.status = 404;
    await expect(setup()).rejects.toMatchObject({ code: 'NETWORK', exit: 6 });
    expect(await leftovers()).toEqual([]);
  });

  it('is not made when downloads are not allowed', async () => {
    await expect(setup({}, { packages: false, downloads: false })).rejects.toMatchObject({ code: 'TOOLCHAIN_MISSING' });
    expect(requests).toBe(0);
  });
});

describe.runIf(process.platform !== 'win32')('npm', () => {
  it('starts no other program as git than the one on PATH', async () => {
    const folder = await temporaryFolder();
    const marker = join(folder, 'started');
    await writeFile(join(folder, 'evil.sh'), `#!/bin/sh\ntouch ${marker}\nexit 1\n`, { mode: 0o755 });
    await writeFile(join(folder, '.npmrc'), `git=${join(folder, 'evil.sh')}\n`);
    const address = 'git+https://127.0.0.1:1/a/b.git';
    const own = { name: 'greet', version: '1.0.0', dependencies: { assemblyscript: address } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(own));
    const resolved = `${address}#${'0'.repeat(40)}`;
    const packages = { '': own, 'node_modules/assemblyscript': { version: '0.28.0', resolved } };
    await writeFile(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...own, lockfileVersion: 3, requires: true, packages }),
    );
    const npm = PACKAGE_MANAGERS.find(({ name }) => name === 'npm');
    const [command = []] = (await npm?.plan('assemblyscript', folder, undefined)) ?? [];
    expect(await npm?.run(command, folder)).toContain('127.0.0.1');
    expect(await readdir(folder)).not.toContain('started');
  });
});

describe('setting up a toolchain', () => {
  /** A toolchain that is found once a flag is set. */
  function absentUntil(flag: { set: boolean }): Toolchain {
    const there: ToolchainPresence = { version: '1.0', location: '/there' };
    return { name: 'rust', recipe: 1, detect: async () => (flag.set ? there : ABSENT), compile: () => expect.fail() };
  }

  function manager(name: string, run: () => string | undefined, commands = [['install', 'it']]): PackageManager {
    return { name, plan: async () => commands, run: async () => run() };
  }

  const allow = { packages: true, downloads: true };

  it('uses what the machine has', async () => {
    const never = manager('never', () => expect.fail());
    const request = { toolchain: absentUntil({ set: true }), sourceFolder: '.', allow };
    expect((await setupToolchain(request, { managers: [never] })).origin).toBe('already there');
  });

  it('asks the package managers in order, skips those that do not have it, and says who had it', async () => {
    const flag = { set: false };
    const lines: string[] = [];
    const managers = [
      manager('empty', () => expect.fail(), []),
      manager('broken', () => 'no such package'),
      manager('good', () => {
        flag.set = true;
        return undefined;
      }),
    ];
    const request = { toolchain: absentUntil(flag), sourceFolder: '.', allow };
    expect((await setupToolchain(request, { managers, log: (line) => lines.push(line) })).origin).toBe('good');
    expect(lines).toEqual(['install it', 'install it']);
  });

  it('says what was tried when nothing helped', async () => {
    const request = { toolchain: absentUntil({ set: false }), sourceFolder: '.', allow };
    const managers = [manager('broken', () => 'no such package'), manager('idle', () => undefined)];
    await expect(setupToolchain(request, { managers, pins: [], platform: 'linux-x64' })).rejects.toMatchObject({
      code: 'TOOLCHAIN_MISSING',
      hint: 'install clang',
      problems: [
        { message: 'broken: no such package' },
        { message: 'idle: installed, but the toolchain is still not found' },
        { message: 'no pinned download for rust on linux-x64' },
      ],
    });
  });
});

describe('toolchains.json', () => {
  it('names a source for every digest, and no platform of a toolchain twice', () => {
    expect(TOOLCHAIN_PINS.length).toBeGreaterThan(0);
    const places = TOOLCHAIN_PINS.map((entry) => `${entry.toolchain} ${entry.platform}`);
    expect(new Set(places).size).toBe(places.length);
    for (const entry of TOOLCHAIN_PINS) {
      expect(entry.url, entry.evidence).toMatch(/^https:\/\//);
      expect(entry.evidence).toMatch(/\w+\/[\w-]+, /);
    }
  });
});
