import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zig } from '#adapters/toolchains/zig';
import { buildIn, reproduceIn, repository } from './build-folder.ts';
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

  it('compiles modules that are named for it, and places an error in one', async () => {
    const { plugin, root } = await repository(
      {
        'greet/src/main.zig':
          'const shared = @import("shared");\nexport fn f(n: i32) i32 {\n    return shared.twice(n);\n}\n',
        'shared/root.zig': 'pub fn twice(n: i32) i32 {\n    return n * 2;\n}\n',
      },
      'greet',
    );
    const options = { modules: ['shared=../shared/root.zig'] };
    const job = { sources: ['src/main.zig'], options, inputs: ['**', '../shared/**'] };
    const { result, difference } = await reproduceIn(zig, plugin, job);
    expect(difference).toBeUndefined();
    expect(exportsOf(result.bytes)).toContain('f');
    await writeFile(join(root, 'shared/root.zig'), 'pub fn twice(n: i32) i32 {\n    return missing;\n}\n');
    await expect(buildIn(zig, plugin, job)).rejects.toMatchObject({
      problems: [{ file: '../shared/root.zig', line: 2, column: 12 }],
    });
  });

  it.each([
    { modules: ['shared=/tmp/evil.zig'] },
    { modules: ['shared=../../../evil.zig'] },
    { modules: ['../shared.zig'] },
    { modules: ['root=src/other.zig'] },
    { flags: ['-femit-asm=/tmp/x'] },
    { flags: ['--zig-lib-dir', '/tmp'] },
    { flags: ['-Mother=/tmp/evil.zig'] },
    { flags: ['--cache-dir=/tmp'] },
  ])('refuses %j', async (options) => {
    await expect(compile(zig, { 'src/main.zig': '' }, { options })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });
});
