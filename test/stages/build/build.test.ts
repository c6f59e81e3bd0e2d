import { beforeEach, describe, expect, it } from 'vitest';
import { BuildRecordSchema, type BuildJob } from '#model/build-record';
import { digestOf } from '#model/digest';
import type { ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { build, type BuildResult } from '#stages/build/build';
import { CountingToolchain, JOB, MemoryCache, MemoryFiles } from './fakes.ts';

let files: MemoryFiles;
let toolchain: CountingToolchain;
let cache: MemoryCache;
let warnings: string[];

beforeEach(() => {
  files = new MemoryFiles();
  toolchain = new CountingToolchain(files);
  cache = new MemoryCache();
  warnings = [];
});

function run(job: Partial<BuildJob> = {}, signingTokenInReach = false): Promise<BuildResult> {
  return build(
    { job: { ...JOB, ...job }, sourceFolder: '/src', outputFolder: '/out', signingTokenInReach },
    { toolchains: { get: async () => toolchain }, files, cache, warn: (message) => warnings.push(message) },
  );
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('build', () => {
  it('writes the module, its record and the log under the job’s id', async () => {
    const { record, bytes } = await run();
    expect([...files.written.keys()].filter((path) => path.startsWith('/out/'))).toEqual([
      '/out/acme.greet.wasm',
      '/out/acme.greet.log',
      '/out/acme.greet.build.json',
    ]);
    expect(BuildRecordSchema.parse(JSON.parse(text(files.written.get('/out/acme.greet.build.json'))))).toEqual(record);
    expect(record.output).toEqual({ file: 'acme.greet.wasm', digest: digestOf(bytes), size: bytes.length });
    expect(record.toolchain).toEqual({ name: 'wat', version: 'fake 1.0' });
  });

  it('names companions after the job, so that no two jobs share one', async () => {
    toolchain.companions = ['module.js', 'assets/data.bin'];
    const { record } = await run();
    expect(record.companions.map(({ file }) => file)).toEqual(['acme.greet.js', 'acme.greet.assets.data.bin']);
  });

  it('refuses to run where a signing token is in reach, before anything else', async () => {
    await expect(run({}, true)).rejects.toMatchObject({ code: 'BUILD_UNSAFE' });
    expect(toolchain.runs).toBe(0);
  });

  it('compiles a copy of what it lists, in a folder of its own', async () => {
    await run();
    expect(toolchain.requests).toMatchObject([
      { pluginFolder: '/src', sourceFolder: '/scratch/1/sources/plugin', sourceRoot: '/scratch/1/sources' },
    ]);
  });

  it('wants what the toolchain reads above the folder to be named, and says how, before any cache answers', async () => {
    await run();
    toolchain.shared = [
      { glob: '../shared/**', file: '../shared/go.mod' },
      { glob: '../go.mod', file: '../go.mod' },
    ];
    files.sources.set('../go.mod', '');
    await expect(run()).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      hint: expect.stringContaining('inputs: ["**", "../shared/**"]'),
      problems: [{ message: expect.stringContaining('../shared/go.mod') }],
    });
    files.sources.set('../shared/go.mod', '');
    await expect(run()).resolves.toMatchObject({ fromCache: false });
  });

  it('says which source is missing', async () => {
    await expect(run({ sources: ['b.wat'] })).rejects.toMatchObject({ code: 'FILE_MISSING', message: /b\.wat/ });
  });

  it.each(['-fplugin=x.so', '@arguments'])('refuses a source that is an option to a compiler: %s', async (source) => {
    files.sources.set(source, '');
    await expect(run({ sources: ['a.wat', source] })).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    expect(toolchain.runs).toBe(0);
  });

  it('says how to install what is missing', async () => {
    const absent: ToolchainAbsence | ToolchainPresence = { missing: 'the wat compiler', hint: 'Run: install wat' };
    const missing = { name: 'wat' as const, recipe: 1, detect: async () => absent, compile: () => expect.fail() };
    const result = build(
      { job: JOB, sourceFolder: '/src', signingTokenInReach: false },
      { toolchains: { get: async () => missing }, files },
    );
    await expect(result).rejects.toMatchObject({ code: 'TOOLCHAIN_MISSING', hint: 'Run: install wat' });
  });
});

describe('a companion', () => {
  it.each(['audit.json', 'module.build.json', 'module.WASM', 'provenance/sigstore.json', '..\\\\up'])(
    'does not take a name that later steps use, or that leads elsewhere: %s',
    async (file) => {
      toolchain.companions = [file];
      await expect(run()).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    },
  );
});

describe('a second build', () => {
  it('comes whole from the cache when nothing changed', async () => {
    toolchain.companions = ['module.js'];
    const first = await run();
    const second = await run();
    expect(toolchain.runs).toBe(1);
    expect(second).toEqual({ ...first, fromCache: true });
  });

  it('needs no compiler for another version of the same sources', async () => {
    await run();
    const { record, fromCache } = await run({ version: '1.0.1', id: 'acme.greet.x' });
    expect(fromCache).toBe(true);
    expect(record.job.version).toBe('1.0.1');
    expect(record.output.file).toBe('acme.greet.x.wasm');
  });

  it.each([
    ['a source', () => files.sources.set('a.wat', '(module $b)')],
    ['the set of files', () => files.sources.set('b.wat', '')],
    ['the compiler’s version', () => (toolchain.version = 'fake 1.1')],
    ['the recipe', () => toolchain.recipe++],
    ['the compiler’s own files', () => (toolchain.identity = 'other')],
  ])('compiles again when %s changes', async (_what, change) => {
    await run();
    change();
    expect((await run()).fromCache).toBe(false);
  });

  it.each<[string, Partial<BuildJob>]>([
    ['target', { target: 'wasm32-wasi' }],
    ['optimize', { optimize: 'debug' }],
    ['features', { features: 'simd' }],
    ['options', { options: { names: true } }],
  ])('compiles again for another %s', async (_what, change) => {
    await run();
    expect((await run(change)).fromCache).toBe(false);
  });

  it.each<[string, (entry: Uint8Array) => Uint8Array]>([
    ['truncated', (entry) => entry.subarray(0, entry.length - 1)],
    ['extended', (entry) => Uint8Array.from([...entry, 0])],
    ['altered', (entry) => entry.map((byte, at) => (at === entry.length - 1 ? byte ^ 1 : byte))],
    ['empty', () => new Uint8Array()],
    ['a header without its files', (entry) => entry.subarray(0, entry.indexOf(10) + 1)],
    ['not an entry at all', () => new TextEncoder().encode('{"schema":"other"}\n')],
  ])('discards an entry that is %s, says so, and compiles', async (_what, damage) => {
    const first = await run();
    for (const [key, entry] of cache.entries) cache.entries.set(key, damage(entry));
    const second = await run();
    expect(second.fromCache).toBe(false);
    expect(text(second.bytes)).not.toBe(text(first.bytes));
    expect(warnings).toEqual(['the cached build of acme.greet is damaged; it is discarded and built again']);
    expect((await run()).fromCache).toBe(true);
  });

  it('does not accept an entry that was stored under another key', async () => {
    await run();
    const [entry] = cache.entries.values();
    files.sources.set('a.wat', '(module $other)');
    await run();
    for (const key of cache.entries.keys()) if (entry !== undefined) cache.entries.set(key, entry);
    expect((await run()).fromCache).toBe(false);
  });
});
