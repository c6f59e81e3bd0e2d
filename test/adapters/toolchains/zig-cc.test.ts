import { WASI } from 'node:wasi';
import { describe, expect, it } from 'vitest';
import { zigCc } from '#adapters/toolchains/zig-cc';
import { compile, exportsOf, hasNames, importsOf } from './compile.ts';

// The first compile on a machine builds libc parts.
const COLD_MS = 240_000;

async function instantiate(bytes: Uint8Array): Promise<(name: string, argument: number) => unknown> {
  const wasi = new WASI({ version: 'preview1' });
  const module = await WebAssembly.compile(new Uint8Array(bytes));
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  wasi.initialize(instance);
  return (name, argument) => {
    const exported = instance.exports[name];
    if (typeof exported !== 'function') throw new Error(`${name} is not a function`);
    return exported(argument);
  };
}

describe('zig cc', () => {
  it('compiles C to the same bytes in any folder, without a trace of the folder or the date', {
    timeout: COLD_MS,
  }, async () => {
    const sources = {
      'a.c': '#include <stdlib.h>\nconst char *place(void) { return __FILE__ " " __DATE__; }\n',
    };
    const options = { exports: ['malloc', 'place'] };
    const one = await compile(zigCc, sources, { options });
    const two = await compile(zigCc, sources, { options });
    expect(one.bytes).toEqual(two.bytes);
    expect(exportsOf(one.bytes)).toEqual(expect.arrayContaining(['memory', '_initialize', 'malloc', 'place']));
    expect(importsOf(one.bytes)).toEqual([]);
    expect(hasNames(one.bytes)).toBe(false);
    const text = Buffer.from(one.bytes).toString('latin1');
    expect(text).toContain('a.c Jan  1 1980');
    expect(text).not.toContain('assay-test');
  });

  it('keeps the names of functions when it is told not to strip', { timeout: COLD_MS }, async () => {
    const sources = {
      'a.c':
        'static __attribute__((noinline)) int inner(int n) { return n * n; }\nint f(int n) { return inner(n) + inner(n + 1); }',
    };
    for (const optimize of ['size', 'speed', 'debug'] as const) {
      const job = { target: 'wasm32-freestanding', optimize };
      const kept = await compile(zigCc, sources, { ...job, options: { exports: ['f'], strip: false } });
      expect(hasNames(kept.bytes), optimize).toBe(true);
      const stripped = await compile(zigCc, sources, { ...job, options: { exports: ['f'], strip: true } });
      expect(hasNames(stripped.bytes), optimize).toBe(false);
    }
  });

  it('needs no libc when freestanding', { timeout: COLD_MS }, async () => {
    const { bytes } = await compile(
      zigCc,
      { 'a.c': 'int twice(int n) { return 2 * n; }' },
      { target: 'wasm32-freestanding', options: { exports: ['twice'], maximumMemory: 1_048_576 } },
    );
    expect(exportsOf(bytes)).toEqual(['memory', 'twice']);
  });

  it('compiles C++', { timeout: COLD_MS }, async () => {
    const source =
      'template <class T> T twice(T n) { return n * 2; }\nextern "C" double f(double n) { return twice(n); }';
    const job = { target: 'wasm32-freestanding', options: { exports: ['f'], std: 'c++20' } };
    const { bytes, arguments: args } = await compile(zigCc, { 'a.cpp': source }, job);
    expect(exportsOf(bytes)).toEqual(['memory', 'f']);
    expect(args[0]).toBe('c++');
  });

  it('places a throw, which libc++ for WASI cannot do', { timeout: COLD_MS }, async () => {
    const failing = compile(zigCc, { 'a.cpp': 'int f() {\n  throw 1;\n}\n' }, { target: 'wasm32-freestanding' });
    await expect(failing).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'a.cpp', line: 2, message: expect.stringContaining('exceptions') }],
    });
  });

  // The first compile on a machine builds libc++, about half a minute on two cores.
  it.skipIf(process.env['ASSAY_DEEP'] !== '1')(
    'compiles C++ with containers, strings and streams of libc++ (skipped unless ASSAY_DEEP=1)',
    { timeout: COLD_MS },
    async () => {
      const sources = {
        'frequency.cpp': `#include <map>
#include <sstream>
#include <string>

extern "C" int frequency(int seed) {
  std::istringstream words("the cat and the dog and the bird");
  std::map<std::string, int> counts;
  for (std::string word; words >> word;) counts[word] += seed;
  return counts["the"];
}
`,
      };
      const job = { options: { exports: ['frequency'], std: 'c++20' } };
      const one = await compile(zigCc, sources, job);
      const two = await compile(zigCc, sources, job);
      expect(one.bytes).toEqual(two.bytes);
      expect(one.diagnostics).toEqual([]);
      expect(exportsOf(one.bytes)).toEqual(['memory', '_initialize', 'frequency']);
      const instance = await instantiate(one.bytes);
      expect(instance('frequency', 2)).toBe(6);
    },
  );

  it.skipIf(process.env['ASSAY_DEEP'] !== '1')(
    'says what libc++ for WASI lacks (skipped unless ASSAY_DEEP=1)',
    { timeout: COLD_MS },
    async () => {
      for (const text of [
        '#include <fstream>\nint f() { std::ifstream file("a"); int n = 0; file >> n; return n; }\n',
        '#include <filesystem>\nint f() { return std::filesystem::exists("a"); }\n',
      ]) {
        await expect(compile(zigCc, { 'a.cpp': text })).rejects.toMatchObject({
          code: 'COMPILE_FAILED',
          hint: expect.stringContaining('<cstdio>'),
        });
      }
    },
  );

  it('names file, line and column of an error and keeps warnings', { timeout: COLD_MS }, async () => {
    const failing = compile(zigCc, { 'src/a.c': 'int f(void) {\n  return missing;\n}\n' });
    await expect(failing).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'src/a.c', line: 2, column: 10, message: expect.stringContaining("'missing'") }],
    });
    const warned = await compile(
      zigCc,
      { 'src/a.c': 'int f(int n) {\n  int unused = n;\n  return n;\n}\n' },
      { target: 'wasm32-freestanding', options: { flags: ['-Wall'], exports: ['f'] } },
    );
    expect(warned.diagnostics).toEqual([
      expect.objectContaining({
        severity: 'warning',
        file: 'src/a.c',
        line: 2,
        message: expect.stringContaining('unused'),
      }),
    ]);
  });

  it('shows what the linker misses', { timeout: COLD_MS }, async () => {
    const failing = compile(
      zigCc,
      { 'a.c': 'int f(void) { return 1; }' },
      { target: 'wasm32-freestanding', options: { exports: ['g'] } },
    );
    await expect(failing).rejects.toMatchObject({ code: 'COMPILE_FAILED', message: expect.stringContaining('g') });
  });

  it.each([
    { options: { flags: ['-o/tmp/evil'] } },
    { options: { flags: ['-fplugin=x.so'] } },
    { options: { flags: ['-I../..'] } },
    { options: { includes: ['../secret'] } },
    { options: { exports: ['a b'] } },
    { options: { initialMemory: -1 } },
    { target: 'x86_64-linux' },
  ])('refuses %j', async (job) => {
    await expect(compile(zigCc, { 'a.c': '' }, job)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });
});
