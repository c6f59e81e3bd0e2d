import { expect, it } from 'vitest';
import { emscripten } from '#adapters/toolchains/emscripten';
import { compile, exportsOf, importsOf } from './compile.ts';
import { describeInstalled } from './installed.ts';

const GREET = { 'src/a.c': '#include <stdio.h>\nint greet(int n) { return printf("%d", n); }' };

await describeInstalled(emscripten, () => {
  it('makes a standalone module, the same in any folder', async () => {
    const options = { exports: ['greet'] };
    const one = await compile(emscripten, GREET, { options });
    const two = await compile(emscripten, GREET, { options });
    expect(one.bytes).toEqual(two.bytes);
    expect(one.companions).toEqual([]);
    expect(exportsOf(one.bytes)).toContain('greet');
    expect(importsOf(one.bytes)).toContain('wasi_snapshot_preview1.fd_write');
  });

  it('hands over its JavaScript as a companion, and says what optimising does to names', async () => {
    const job = { optimize: 'speed' as const, options: { exports: ['greet'], standalone: false } };
    const { bytes, companions, diagnostics } = await compile(emscripten, GREET, job);
    expect(companions).toEqual(['module.js']);
    expect(exportsOf(bytes)).not.toContain('greet');
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ severity: 'note', message: expect.stringContaining('single letters') }),
    );
  });

  it('names file, line and column of an error', async () => {
    await expect(compile(emscripten, { 'src/a.c': 'int f(void) {\n  return missing; }' })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: expect.arrayContaining([expect.objectContaining({ file: 'src/a.c', line: 2, column: 10 })]),
    });
  });

  it('names an export that is not there', async () => {
    await expect(compile(emscripten, GREET, { options: { exports: ['nobody'] } })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      message: expect.stringContaining('nobody'),
    });
  });

  it('refuses settings that are not settings', async () => {
    await expect(compile(emscripten, GREET, { options: { settings: ['A=1 -o x'] } })).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
    });
  });
});
