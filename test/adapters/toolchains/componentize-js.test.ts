import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { componentizeJs, parseComponentizeDiagnostics } from '#adapters/toolchains/componentize-js';
import { fileURLToPath } from 'node:url';
import { buildIn, repository } from './build-folder.ts';
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

    it('finds an npm package only when it is bundled, and says so', async () => {
      const { plugin } = await repository({
        'app.js': 'import { title } from "titles";\nexport function titleCase(text) { return title(text); }\n',
        'wit/world.wit': await readFile(join(FOLDER, 'wit/world.wit'), 'utf8'),
        'node_modules/titles/package.json': '{"name":"titles","version":"1.0.0","main":"index.js"}',
        'node_modules/titles/index.js': 'exports.title = (text) => text.toUpperCase();\n',
      });
      await mkdir(join(plugin, 'node_modules/@bytecodealliance'));
      for (const name of ['componentize-js', 'preview2-shim']) {
        const installed = join('@bytecodealliance', name);
        await symlink(join(FOLDER, 'node_modules', installed), join(plugin, 'node_modules', installed));
      }
      await expect(buildIn(componentizeJs, plugin, JOB)).rejects.toMatchObject({
        code: 'COMPILE_FAILED',
        message: expect.stringContaining('bundle: true'),
      });
      const job = { ...JOB, options: { ...JOB.options, bundle: true } };
      expect((await buildIn(componentizeJs, plugin, job)).bytes.length).toBeGreaterThan(1_000_000);
      await writeFile(join(plugin, 'app.js'), '\nimport { title } from "absent";\n');
      await expect(buildIn(componentizeJs, plugin, job)).rejects.toMatchObject({
        problems: [{ file: 'app.js', line: 2, column: 23, message: expect.stringContaining('absent') }],
      });
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

it('componentize-js may print megabytes of nothing before it says what is wrong', () => {
  expect(parseComponentizeDiagnostics(`${'\n'.repeat(4_000_000)}  TypeError: no such thing\n`)).toEqual([
    { severity: 'error', message: 'no such thing' },
  ]);
});

it('componentize-js says how to get it where it is not', async () => {
  await expect(compile(componentizeJs, { 'a.js': '' })).rejects.toMatchObject({
    code: 'TOOLCHAIN_MISSING',
    hint: expect.stringContaining('npm install'),
  });
});
