import { expect, it } from 'vitest';
import { clang } from '#adapters/toolchains/clang';
import { compile, exportsOf, hasNames, importsOf } from './compile.ts';
import { describeInstalled } from './installed.ts';

await describeInstalled(clang, () => {
  it('compiles C to the same bytes in any folder', async () => {
    const sources = { 'src/a.c': '#include <stdio.h>\nint greet(int n) { return printf("%d " __FILE__, n); }' };
    const options = { exports: ['greet'] };
    const [one, two] = [await compile(clang, sources, { options }), await compile(clang, sources, { options })];
    expect(one.bytes).toEqual(two.bytes);
    expect(exportsOf(one.bytes)).toEqual(expect.arrayContaining(['memory', '_initialize', 'greet']));
    expect(importsOf(one.bytes)).toContain('wasi_snapshot_preview1.fd_write');
    expect(hasNames(one.bytes)).toBe(false);
    expect(Buffer.from(one.bytes).includes('assay-test')).toBe(false);
  });

  it('compiles freestanding C++', async () => {
    const sources = {
      'a.cpp': 'template <typename T> T twice(T n) { return n * 2; }\nextern "C" int f(int n) { return twice(n); }',
    };
    const job = { target: 'wasm32-freestanding', options: { exports: ['f'] } };
    expect(exportsOf((await compile(clang, sources, job)).bytes)).toEqual(['memory', 'f']);
  });

  it('names file, line and column of an error', async () => {
    await expect(compile(clang, { 'src/a.c': '\nint f(void) { return missing; }' })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'src/a.c', line: 2, column: 22, message: expect.stringContaining("'missing'") }],
    });
  });

  it('names what the linker misses', async () => {
    const sources = { 'a.c': 'int other(int);\nint f(int n) { return other(n); }' };
    await expect(compile(clang, sources, { options: { exports: ['f'] } })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      message: expect.stringContaining('other'),
    });
  });
});
