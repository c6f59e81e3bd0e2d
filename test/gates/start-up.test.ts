import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMONJS_SCOPE, withUsedScope } from '../../scripts/dist/commonjs-scope.ts';
import { withoutEmptyFiles } from '../../scripts/dist/empty-files.ts';
import { withoutFacades } from '../../scripts/dist/facades.ts';
import { CORPUS, corpusPath } from '../corpus.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a module brings with it when it is imported, without what it imports later. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    splitting: true,
    outdir: 'never-written',
    external: ['node:*'],
    logLevel: 'silent',
  });
  const { inputs }: Metafile = metafile;
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path: imported, kind, external } of inputs[file]?.imports ?? []) {
      if (external === true) seen.add(imported);
      else if (kind !== 'dynamic-import') visit(imported);
    }
  };
  visit(entry);
  return [...seen];
}

describe('the command line starts with what it needs', () => {
  it('audits without schemas, YAML, version ranges and rules that compare', async () => {
    const loaded = await loadedWith('src/entry/cli/commands/audit.ts');
    expect(loaded).toContain('src/rules/read-rules.ts');
    expect(loaded).not.toContain('src/rules/compare-rules.ts');
    expect(loaded.filter((file) => /node_modules\/(?:zod|yaml|semver|picomatch)\//.test(file))).toEqual([]);
  });

  it('builds without auditing, deciding and starting programs', async () => {
    const loaded = await loadedWith('src/entry/cli/commands/build.ts');
    expect(loaded).toContain('src/stages/build/build.ts');
    expect(loaded.filter((file) => /^src\/(?:wasm|rules|stages\/(?:audit|decide))\//.test(file))).toEqual([]);
    expect(loaded).not.toContain('node:child_process');
  });
});

/** Written by a started program when it ends: files of dist that were loaded, and modules of Node. */
interface Loaded {
  readonly files: readonly string[];
  readonly node: readonly string[];
}

const RECORDER = `
import { registerHooks } from 'node:module';
const files = [];
registerHooks({ load: (url, context, next) => (files.push(url), next(url, context)) });
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const node = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace('NativeModule ', ''));
  process.getBuiltinModule('node:fs').writeFileSync(process.env.LOADED, JSON.stringify({ files, node }));
});`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-start-'));
  writeFileSync(path.join(folder, 'recorder.mjs'), RECORDER);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program of dist with its outputs in pipes. */
function started(program: string, args: readonly string[], exit: number, env: Record<string, string> = {}): Loaded {
  const loaded = path.join(folder, 'loaded.json');
  const recorder = new URL(`file://${path.join(folder, 'recorder.mjs')}`).href;
  const run = spawnSync(process.execPath, ['--import', recorder, path.join(ROOT, 'dist', program), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LOADED: loaded, ...env },
  });
  expect(run.status, run.stderr).toBe(exit);
  return JSON.parse(readFileSync(loaded, 'utf8')) as Loaded;
}

/** Streams over sockets, compression, web interfaces and promises of files: each costs milliseconds. */
const COSTLY =
  /^(?:net|tty|zlib|fs\/promises|child_process|https?|readline|worker_threads|internal\/crypto\/webcrypto)$/;
const HASHING = /^crypto$/;

describe('what is built starts with few files and few modules of Node', () => {
  it('prints its version', () => {
    const { files, node } = started('cli/assay.js', ['--version'], 0);
    expect(files.length).toBeLessThanOrEqual(5);
    expect(node.filter((name) => COSTLY.test(name) || HASHING.test(name))).toEqual([]);
  });

  it('audits a module', () => {
    const [small] = CORPUS.filter(({ path: name }) => name.endsWith('webp_dec.wasm')).map(corpusPath);
    const { files, node } = started('cli/assay.js', ['audit', small ?? ''], 0);
    expect(files.length).toBeLessThanOrEqual(6);
    // One other character, and V8 keeps two bytes for each of the file.
    const inDist = files.filter((file) => file.includes('/dist/')).map((file) => readFileSync(new URL(file), 'latin1'));
    expect(inDist.filter((text) => /[^\x00-\x7f]/.test(text))).toEqual([]);
    expect(node.filter((name) => COSTLY.test(name))).toEqual([]);
    expect(node.filter((name) => HASHING.test(name))).toEqual(['crypto']);
  });

  it('audits a module into a file', () => {
    const [small] = CORPUS.filter(({ path: name }) => name.endsWith('webp_dec.wasm')).map(corpusPath);
    const { files } = started('cli/assay.js', ['audit', small ?? '', '--format', 'json', '--output', 'report.json'], 0);
    expect(files.filter((file) => file.includes('/dist/')).length).toBeLessThanOrEqual(8);
  });

  it('refuses an input of an action', () => {
    const output = path.join(folder, 'output');
    writeFileSync(output, '');
    const env = { 'INPUT_NO-SUCH-INPUT': 'x', GITHUB_OUTPUT: output, GITHUB_WORKSPACE: folder };
    const { files, node } = started('actions/audit.js', [], 2, env);
    expect(files.length).toBeLessThanOrEqual(8);
    expect(node.filter((name) => COSTLY.test(name) || HASHING.test(name))).toEqual([]);
  });

  it('builds from the cache without starting a program', () => {
    const plugin = path.join(folder, 'plugin');
    mkdirSync(plugin);
    writeFileSync(path.join(plugin, 'plugin.yaml'), MANIFEST);
    writeFileSync(path.join(plugin, 'one.wat'), '(module)');
    const env = { ASSAY_CACHE: path.join(folder, 'cache') };
    const clean = started('cli/assay.js', ['build', 'plugin'], 0, env);
    const cached = started('cli/assay.js', ['build', 'plugin'], 0, env);
    expect(cached.files.length).toBeLessThanOrEqual(18);
    expect(cached.files.length).toBeLessThan(clean.files.length);
    expect(cached.node.filter((name) => COSTLY.test(name) && name !== 'fs/promises')).toEqual([]);
  });
});

const MANIFEST = `name: acme/one
version: 1.0.0
license: MIT
abi: { kind: custom }
builds:
  - { toolchain: wat, source: one.wat }
`;

describe('the CommonJS scope of a bundled file', () => {
  it('is taken away where nothing uses it', () => {
    expect(withUsedScope(`#!/usr/bin/env node\n${COMMONJS_SCOPE}\nstart();\n`)).toBe('#!/usr/bin/env node\nstart();\n');
  });

  it('keeps what is used', () => {
    expect(withUsedScope(`${COMMONJS_SCOPE}\nopen(__dirname);`)).toBe(
      'const __dirname=import.meta.dirname;\nopen(__dirname);',
    );
    expect(withUsedScope(`${COMMONJS_SCOPE}\nrequire("fs");`)).toContain('createRequire');
  });
});

describe('a bundled file in which nothing is left', () => {
  const empty = { path: '/dist/chunks/chunk-A.js', text: '\n' };

  it('is left out with the imports of it', () => {
    const text = 'import"../chunks/chunk-A.js";import{b}from"../chunks/chunk-B.js";b();';
    expect(withoutEmptyFiles([empty, { path: '/dist/cli/a.js', text }])).toEqual([
      { path: '/dist/cli/a.js', text: 'import{b}from"../chunks/chunk-B.js";b();' },
    ]);
  });

  it('is a fault where something is taken from it', () => {
    const text = 'await import("./chunk-A.js");';
    expect(() => withoutEmptyFiles([empty, { path: '/dist/chunks/b.js', text }])).toThrow(/which is empty/);
  });
});

describe('a bundled file that only hands on what another one exports', () => {
  const facade = {
    path: '/dist/chunks/text-A.js',
    text: 'import{b}from"./chunk-B.js";import"./chunk-C.js";export{b};\n',
  };
  const target = { path: '/dist/chunks/chunk-B.js', text: 'let x=1;\nimport"./chunk-C.js";function b(){}export{b};' };
  const shared = { path: '/dist/chunks/chunk-C.js', text: 'globalThis.c=1;' };
  const user = { path: '/dist/cli/a.js', text: 'await import("../chunks/text-A.js");' };

  it('is left out, and that other one is imported in its place', () => {
    expect(withoutFacades([facade, target, shared, user])).toEqual([
      target,
      shared,
      { path: '/dist/cli/a.js', text: 'await import("../chunks/chunk-B.js");' },
    ]);
  });

  it('is kept where it loads or does more, or renames', () => {
    const alone = { ...target, text: 'function b(){}export{b};' };
    expect(withoutFacades([facade, alone, shared, user])).toHaveLength(4);
    for (const text of ['import{b}from"./chunk-B.js";b();export{b};', 'import{b}from"./chunk-B.js";export{b as a};']) {
      expect(withoutFacades([{ ...facade, text }, target, shared, user])).toHaveLength(4);
    }
  });

  it('is kept where it is an entry point', () => {
    const entry = { path: '/dist/library/index.js', text: 'import{b}from"../chunks/chunk-B.js";export{b};' };
    expect(withoutFacades([entry, target, shared])).toEqual([entry, target, shared]);
  });

  it.each([
    ['a file imports at once', { path: '/dist/cli/b.js', text: 'import{b}from"../chunks/text-A.js";b();' }],
    ['a file names in another way', { path: '/dist/cli/b.js', text: 'import(`../chunks/text-A.js`);' }],
    ['another such file stands for', { path: '/dist/chunks/d-D.js', text: 'import{b}from"./text-A.js";export{b};' }],
  ])('stops the build where it is one that %s', (_what, other) => {
    const importer = { path: '/dist/cli/c.js', text: 'import("../chunks/d-D.js");' };
    expect(() => withoutFacades([facade, target, shared, other, importer])).toThrow(/which was left out/);
  });
});
