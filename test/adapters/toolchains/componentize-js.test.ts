import { expect, it } from 'vitest';
import { componentizeJs } from '#adapters/toolchains/componentize-js';
import { fileURLToPath } from 'node:url';
import { compile, compileFolder } from './compile.ts';
import { describeInstalled } from './installed.ts';

const FOLDER = fileURLToPath(new URL('component', import.meta.url));
const JOB = {
  sources: ['app.js'],
  options: { wit: 'wit/world.wit', disable: ['stdio', 'random', 'clocks', 'http', 'fetch-event'] },
};

// Installed with: npm ci --prefix test/adapters/toolchains/component
await describeInstalled(
  componentizeJs,
  () => {
    it('makes a component for its world', async () => {
      const { bytes } = await compileFolder(componentizeJs, FOLDER, JOB);
      expect([...bytes.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
      expect(Buffer.from(bytes).includes('title-case')).toBe(true);
    });

    it('says what a world exports and the source lacks', async () => {
      const job = { ...JOB, options: { ...JOB.options, wit: 'wit/absent.wit' } };
      await expect(compileFolder(componentizeJs, FOLDER, job)).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
    });

    it('needs its wit', async () => {
      await expect(compileFolder(componentizeJs, FOLDER, { sources: ['app.js'] })).rejects.toMatchObject({
        code: 'MANIFEST_INVALID',
        hint: expect.stringContaining('wit'),
      });
    });
  },
  {},
  FOLDER,
);

it('componentize-js says how to get it where it is not', async () => {
  await expect(compile(componentizeJs, { 'a.js': '' })).rejects.toMatchObject({
    code: 'TOOLCHAIN_MISSING',
    hint: expect.stringContaining('npm install'),
  });
});
