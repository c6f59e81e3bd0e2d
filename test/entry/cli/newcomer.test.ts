import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, copyExample, temporaryFolder } from './harness.ts';
import { newWorkplace } from './workplace.ts';

const DOUBLE = '(module (func (export "double") (param i32) (result i32) local.get 0 i32.const 2 i32.mul))';

const OPENS =
  '(module (import "wasi_snapshot_preview1" "path_unlink_file" (func $f (param i32 i32 i32) (result i32)))' +
  ' (memory (export "memory") 1) (func (export "run") (drop (call $f (i32.const 3) (i32.const 0) (i32.const 1)))))';

describe('somebody who is new here is told', () => {
  it('to choose a namespace and to leave the build folder out of version control', async () => {
    const folder = join(temporaryFolder(), 'double');
    await mkdir(folder);
    await writeFile(join(folder, 'double.wat'), DOUBLE);
    const { exit, stdout } = await assay(['init', folder]);
    expect(exit).toBe(0);
    expect(stdout).toContain('Put your own namespace in the place of "local"');
    expect(stdout).toContain('Keep .assay/ out of version control.');
  });

  it('nothing of a verdict on capabilities that init has yet to write down', async () => {
    const folder = join(temporaryFolder(), 'reader');
    await mkdir(folder);
    await writeFile(join(folder, 'reader.wat'), OPENS);
    const { exit, stdout, stderr } = await assay(['init', folder]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^approved · local\/reader/m);
    expect(stderr).not.toContain('needs review');
  });

  it('which folders hold plugins, where the one that was named holds none', async () => {
    const above = temporaryFolder();
    await cp(await copyExample('wat-luhn'), join(above, 'luhn'), { recursive: true });
    const { exit, stderr } = await assay(['check'], { cwd: above });
    expect(exit).toBe(2);
    expect(stderr).toContain('Name a folder that has one: luhn.');
  });

  it('what a plugin reads above its folder: init names it, and a build without it says the line to add', async () => {
    const root = temporaryFolder();
    const folder = join(root, 'plugins', 'greet');
    await mkdir(join(root, '.git'));
    await mkdir(folder, { recursive: true });
    await writeFile(join(root, 'asconfig.base.json'), '{"options":{"noAssert":true}}');
    await writeFile(join(folder, 'asconfig.json'), '{"extends":"../../asconfig.base.json"}');
    await writeFile(join(folder, 'index.ts'), 'export function twice(n: i32): i32 { return n * 2; }');
    expect((await assay(['init', folder])).exit).toBe(0);
    const manifest = await readFile(join(folder, 'plugin.yaml'), 'utf8');
    expect(manifest).toContain('- ../../asconfig.base.json');
    const env = { ASSAY_CACHE: join(temporaryFolder(), 'cache') };
    expect((await assay(['build', folder], { env })).exit).toBe(0);
    expect((await assay(['build', folder], { env })).stdout).toContain('from cache');
    expect((await assay(['build', folder, '--check'], { env })).stdout).toContain('the same bytes twice');
    await writeFile(join(folder, 'plugin.yaml'), manifest.replace(/ {4}inputs:[^]*?(?=\n\S|$)/, ''));
    const without = await assay(['build', folder], { env });
    expect(without.exit).toBe(2);
    expect(without.stderr).toContain('inputs: ["**", "../../asconfig.base.json"]');
  });

  it('how to enrol the owners of a namespace that the registry does not know', async () => {
    const { registry, keys } = await newWorkplace();
    const folder = temporaryFolder();
    await writeFile(join(folder, 'double.wat'), DOUBLE);
    await assay(['init', folder, '--name', 'other/double']);
    const { exit, stderr } = await assay(['ship', folder, '--registry', registry, '--keys', keys]);
    expect(exit).toBe(5);
    expect(stderr).toContain('assay registry owners REGISTRY other --key author.pub --keys KEYS');
  });

  it('that two files are one and the same, which is more than the same code', async () => {
    const folder = temporaryFolder();
    const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    await writeFile(join(folder, 'a.wasm'), bytes);
    await writeFile(join(folder, 'b.wasm'), Uint8Array.of(...bytes, 0, 2, 1, 0x78));
    expect((await assay(['diff', 'a.wasm', 'a.wasm'], { cwd: folder })).stdout).toBe('the same bytes\n');
    expect((await assay(['diff', 'a.wasm', 'b.wasm'], { cwd: folder })).stdout).toContain('other custom sections');
  });

  it('in the help of a command which options have to be there', async () => {
    const { stdout } = await assay(['trust', 'add', '--help']);
    expect(stdout).toMatch(/--runtime <folder> +runtime folder \(required\)/);
    expect((await assay(['registry', 'init', '--help'])).stdout).toMatch(/\(default:\s+assay:strict@1\)/);
  });

  it('that one rendering is about one plugin, instead of keeping the last of two', async () => {
    const cwd = temporaryFolder();
    const both = [await copyExample('wat-luhn'), await copyExample('wat-unit-convert')];
    for (const option of [
      ['--output', 'report.txt'],
      ['--format', 'sarif'],
    ]) {
      const { exit, stderr } = await assay(['check', ...both, ...option], { cwd });
      expect([exit, stderr]).toEqual([2, expect.stringContaining('Check one folder at a time')]);
    }
    expect((await assay(['check', ...both], { cwd })).exit).toBe(4);
  });

  it('a report in the form that the name of --output ends like', async () => {
    const cwd = await copyExample('wat-luhn');
    expect((await assay(['check', '--output', 'out/report.html'], { cwd })).stdout).toBe('wrote out/report.html\n');
    expect(await readFile(join(cwd, 'out/report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    const audit = ['audit', '.assay/acme.luhn.wasm', '--output'];
    await assay([...audit, 'luhn.sarif'], { cwd });
    expect(JSON.parse(await readFile(join(cwd, 'luhn.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    await assay([...audit, 'luhn.md', '--format', 'text'], { cwd });
    expect(await readFile(join(cwd, 'luhn.md'), 'utf8')).toMatch(/^audited/);
  });

  it('what differs from a baseline, also where audit is given no policy', async () => {
    const cwd = await copyExample('wat-unit-convert');
    await assay(['build'], { cwd });
    await writeFile(join(cwd, 'empty.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const audit = ['audit', '.assay/acme.unit-convert.wasm', '--baseline'];
    expect((await assay([...audit, 'empty.wasm'], { cwd })).stdout).toMatch(/^\S.*307 B \(\+299\).*\(\+fs\)/);
    expect((await assay([...audit, 'gone.wasm'], { cwd })).stderr).toContain('gone.wasm does not exist');
  });

  it('in which unit diff gives a memory', async () => {
    const cwd = await copyExample('wat-luhn');
    await assay(['build'], { cwd });
    await writeFile(join(cwd, 'empty.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const { stdout } = await assay(['diff', '.assay/acme.luhn.wasm', 'empty.wasm'], { cwd });
    expect(stdout).toContain('memory  1 to 4 pages → none');
  });
});
