import { cp, mkdir, writeFile } from 'node:fs/promises';
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

  it('how to enrol the owners of a namespace that the registry does not know', async () => {
    const { registry, keys } = await newWorkplace();
    const folder = temporaryFolder();
    await writeFile(join(folder, 'double.wat'), DOUBLE);
    await assay(['init', folder, '--name', 'other/double']);
    const { exit, stderr } = await assay(['ship', folder, '--registry', registry, '--keys', keys]);
    expect(exit).toBe(5);
    expect(stderr).toContain('assay registry owners REGISTRY other --key author.pub --keys KEYS');
  });
});
