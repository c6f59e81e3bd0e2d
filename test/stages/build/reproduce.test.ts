import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localBuildFiles as files } from '#adapters/fs/build-files';
import { command } from '#adapters/toolchains/command';
import { wat } from '#adapters/toolchains/wat';
import { firstDifference } from '#stages/build/first-difference';
import { checkReproducible, rebuildAndCompare } from '#stages/build/reproduce';
import type { Toolchain } from '#ports/toolchain';
import { compile, temporaryFolder } from '../../adapters/toolchains/compile.ts';
import { JOB } from './fakes.ts';

async function sources(texts: Record<string, string>): Promise<string> {
  const folder = join(await temporaryFolder(), 'plugin');
  await mkdir(folder);
  for (const [path, text] of Object.entries(texts)) await writeFile(join(folder, path), text);
  return folder;
}

function ports(toolchain: Toolchain) {
  return { toolchains: { get: async () => toolchain }, files };
}

describe('a reproducible build', () => {
  it('is built twice in different folders and comes out the same', async () => {
    const sourceFolder = await sources({ 'a.wat': '(module (func (export "f")))' });
    const outputFolder = join(await temporaryFolder(), 'out');
    const { result, difference } = await checkReproducible(
      { job: JOB, sourceFolder, outputFolder, signingTokenInReach: false },
      ports(wat),
    );
    expect(difference).toBeUndefined();
    expect(result.fromCache).toBe(false);
  });

  it('does not hide a folder’s name in the bytes', async () => {
    const script = `
      const name = Buffer.from(process.cwd().split('/').at(-2));
      const section = Buffer.concat([Buffer.from([0, name.length + 5, 4]), Buffer.from('path'), name]);
      require('node:fs').writeFileSync(process.env.ASSAY_OUTPUT + '/module.wasm',
        Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), section]));`;
    const sourceFolder = await sources({ 'build.js': script });
    const job = {
      ...JOB,
      toolchain: 'command' as const,
      sources: ['build.js'],
      options: { run: ['node', 'build.js'] },
    };
    const { difference } = await checkReproducible({ job, sourceFolder, signingTokenInReach: false }, ports(command));
    expect(difference).toMatchObject({ where: 'custom section "path"' });
  });

  it('is compared with an artifact from elsewhere, down to the function', async () => {
    const text = (n: number) =>
      `(module (func (export "f") (result i32) (i32.const 7)) (func (export "g") (result i32) (i32.const ${n})))`;
    const sourceFolder = await sources({ 'a.wat': text(1) });
    const request = { job: JOB, sourceFolder, signingTokenInReach: false };
    const { bytes: same } = await compile(wat, { 'a.wat': text(1) });
    expect((await rebuildAndCompare({ ...request, artifact: same }, ports(wat))).difference).toBeUndefined();
    const { bytes: other } = await compile(wat, { 'a.wat': text(2) });
    expect((await rebuildAndCompare({ ...request, artifact: other }, ports(wat))).difference).toMatchObject({
      where: 'code section, function body 1 of 2',
    });
  });
});

describe('the first difference', () => {
  const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const bytes = (...more: number[]) => Uint8Array.from([...HEADER, ...more]);

  it.each([
    ['nothing', bytes(), bytes(), undefined],
    ['the header', bytes(), Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), 'header'],
    ['a section', bytes(1, 1, 0, 5, 1, 0), bytes(1, 1, 0, 5, 1, 1), 'memory section'],
    ['an end', bytes(1, 1, 0), bytes(1, 1, 0, 5, 1, 0), 'the end: one has more bytes'],
    ['no module', Uint8Array.from([1, 2, 3]), Uint8Array.from([1, 2, 4]), 'header'],
    ['a cut module', bytes(1, 200), bytes(1, 201), 'byte 9'],
    [
      'a component',
      Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 7, 1, 0]),
      Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 7, 1, 1]),
      'component section 7',
    ],
  ])('is named for %s', (_what, one, two, where) => {
    expect(firstDifference(one, two)?.where).toBe(where);
  });
});
