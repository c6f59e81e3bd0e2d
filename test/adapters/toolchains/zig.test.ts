import { describe, expect, it } from 'vitest';
import { zig } from '#adapters/toolchains/zig';
import { compile, exportsOf, importsOf } from './compile.ts';
import { SLOW_MS } from './installed.ts';

describe('zig', { timeout: SLOW_MS }, () => {
  it('compiles a freestanding root file to the same bytes in any folder', async () => {
    const sources = {
      'src/main.zig':
        'const other = @import("other.zig");\nexport fn twice(n: i32) i32 {\n    return other.double(n);\n}\n',
      'src/other.zig': 'pub fn double(n: i32) i32 {\n    return n * 2;\n}\n',
    };
    const [one, two] = [await compile(zig, sources), await compile(zig, sources)];
    expect(one.bytes).toEqual(two.bytes);
    expect(exportsOf(one.bytes)).toEqual(['memory', 'twice']);
    expect(importsOf(one.bytes)).toEqual([]);
  });

  it('names file, line and column of an error', async () => {
    const sources = { 'src/main.zig': 'export fn f() i32 {\n    return missing;\n}\n' };
    await expect(compile(zig, sources)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'src/main.zig', line: 2, column: 12, message: expect.stringContaining("'missing'") }],
    });
  });
});
