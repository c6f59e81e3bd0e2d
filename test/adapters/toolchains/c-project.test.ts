import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { clang } from '#adapters/toolchains/clang';
import { emscripten } from '#adapters/toolchains/emscripten';
import { findZig } from '#adapters/toolchains/zig-binary';
import { zigCc } from '#adapters/toolchains/zig-cc';
import type { Toolchain } from '#ports/toolchain';
import { MemoryCache } from '../../stages/build/fakes.ts';
import { buildIn, reproduceIn, repository } from './build-folder.ts';
import { exportsOf, temporaryFolder, writeSources } from './compile.ts';
import { describeInstalled, SLOW_MS } from './installed.ts';

const SOURCES = {
  'greet/src/main.c':
    '#include "lib/numbers.h"\n#include "shared.h"\nint greet(int n) { return twice(n) + thrice(n) + SHARED; }\n',
  'greet/src/numbers.c': '#include "lib/numbers.h"\nint twice(int n) { return 2 * n; }\n',
  'greet/include/lib/numbers.h': 'int twice(int n);\nint thrice(int n);\n',
  'shared/include/shared.h': '#define SHARED 7\n',
};
const INPUTS = ['**', '../shared/**'];
const run = promisify(execFile);

/** A static library as authors keep one beside their sources. */
async function addLibrary(plugin: string): Promise<void> {
  const zig = await findZig(plugin);
  if (zig === undefined) throw new Error('zig comes with the packages of this project');
  const work = await writeSources(await temporaryFolder(), { 'thrice.c': 'int thrice(int n) { return 3 * n; }\n' });
  const env = { PATH: process.env['PATH'], HOME: work, ZIG_GLOBAL_CACHE_DIR: work, ZIG_LOCAL_CACHE_DIR: work };
  await run(zig.location, ['cc', '--target=wasm32-freestanding', '-Os', '-c', 'thrice.c', '-o', 'thrice.o'], {
    cwd: work,
    env,
  });
  await mkdir(join(plugin, 'lib'));
  await run(zig.location, ['ar', 'rcs', join(plugin, 'lib', 'libthrice.a'), 'thrice.o'], { cwd: work, env });
}

function tests(toolchain: Toolchain, options: Record<string, string[]>): void {
  it(
    `${toolchain.name} compiles several files with include folders and a static library of the tree`,
    async () => {
      const { plugin, root } = await repository(SOURCES, 'greet');
      await addLibrary(plugin);
      const job = {
        sources: ['src/main.c', 'src/numbers.c'],
        options: { exports: ['greet'], ...options },
        inputs: INPUTS,
      };
      const cache = new MemoryCache();
      const { result, difference } = await reproduceIn(toolchain, plugin, job);
      expect(difference).toBeUndefined();
      expect(exportsOf(result.bytes)).toContain('greet');
      expect((await buildIn(toolchain, plugin, job, cache)).bytes).toEqual(result.bytes);
      expect((await buildIn(toolchain, plugin, job, cache)).fromCache).toBe(true);
      await writeFile(join(root, 'shared/include/shared.h'), '#define SHARED missing\n');
      await expect(buildIn(toolchain, plugin, job, cache)).rejects.toMatchObject({
        code: 'COMPILE_FAILED',
        problems: expect.arrayContaining([expect.objectContaining({ file: 'src/main.c', line: 3 })]),
      });
      await writeFile(
        join(root, 'shared/include/shared.h'),
        'int broken(void) { return missing; }\n#define SHARED 1\n',
      );
      await expect(buildIn(toolchain, plugin, job, cache)).rejects.toMatchObject({
        problems: expect.arrayContaining([expect.objectContaining({ file: '../shared/include/shared.h', line: 1 })]),
      });
      // Without the input it is not there to be read, whatever lies on the disk.
      await expect(buildIn(toolchain, plugin, { ...job, inputs: [] })).rejects.toMatchObject({
        code: 'MANIFEST_INVALID',
      });
    },
    SLOW_MS,
  );
}

const INCLUDES = ['include', '../shared/include'];
tests(zigCc, { includes: INCLUDES, libraries: ['thrice'], flags: ['-Llib'] });
await describeInstalled(clang, () => tests(clang, { includes: INCLUDES, flags: ['lib/libthrice.a'] }));
await describeInstalled(emscripten, () =>
  tests(emscripten, { flags: ['-Iinclude', '-I../shared/include', '-Llib', '-lthrice'] }),
);
