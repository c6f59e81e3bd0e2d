import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, copyExample } from './harness.ts';

/** `read` prints today.txt of the first folder that was passed, `variables` what stands in the environment. */
const READS_AND_SHOWS = `(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 0) "today.txt")
  (func $show (param $at i32) (param $size i32)
    (i32.store (i32.const 16) (local.get $at)) (i32.store (i32.const 20) (local.get $size))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 40))))
  (func (export "read")
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 9) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 64))
    (drop (call $read (i32.load (i32.const 32)) (i32.const 16) (i32.const 1) (i32.const 36)))
    (call $show (i32.const 64) (i32.load (i32.const 36))))
  (func (export "variables")
    (drop (call $sizes (i32.const 32) (i32.const 36)))
    (drop (call $environ (i32.const 128) (i32.const 512)))
    (call $show (i32.const 512) (i32.load (i32.const 36)))))`;

describe('assay run', () => {
  it('builds a plugin folder and calls its export with a text or a number, as the export takes them', async () => {
    const cwd = await copyExample('wat-luhn');
    expect(await assay(['run', '.', 'check_digit', '7992739871'], { cwd })).toMatchObject({ exit: 0, stdout: '3\n' });
    const roman = await copyExample('as-roman');
    expect(await assay(['run', '.', 'toRoman', '1994'], { cwd: roman })).toMatchObject({ stdout: 'MCMXCIV\n' });
  });

  it('takes JSON arguments and reads the result as told', async () => {
    const cwd = await copyExample('as-roman');
    const call = (...more: string[]) => assay(['run', '.', ...more], { cwd });
    expect(await call('toRoman', '--arguments', '[2026]')).toMatchObject({ stdout: 'MMXXVI\n' });
    expect(await call('fromRoman', '--arguments', '["XIV"]', '--result', 'number')).toMatchObject({ stdout: '14\n' });
    expect(await call('fromRoman', 'XIV', '--arguments', '["XIV"]')).toMatchObject({ exit: 2 });
    expect(await call('fromRoman', '--arguments', '{')).toMatchObject({ exit: 2 });
    expect(await call('toRoman', '1', '--result', 'colour')).toMatchObject({ exit: 2 });
  });

  it('gives a bare module what is allowed, and nothing else', async () => {
    const cwd = await copyExample('wat-unit-convert');
    await assay(['build'], { cwd });
    const ran = await assay(['run', '.assay/acme.unit-convert.wasm', 'miles_to_kilometres', '1'], { cwd });
    expect(ran).toMatchObject({ exit: 5, stderr: expect.stringContaining('[CAPABILITY_DENIED]') });
    const argv = ['run', '.assay/acme.unit-convert.wasm', 'miles_to_kilometres', '--allow', 'fs', '1'];
    expect((await assay(argv, { cwd })).stderr).toMatch(/^error --allow 1: must be one of [^]*takes every word/);
  });

  it('does not pass over --allow for a plugin, which gets what it declares', async () => {
    const ran = await assay(['run', await copyExample('wat-luhn'), 'valid', '0', '--allow', 'fs']);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining('Declare the capability in plugin.yaml')]);
  });

  it('grants what the preset takes for granted', async () => {
    const cwd = await copyExample('wat-luhn');
    await writeFile(
      join(cwd, 'src/luhn.wat'),
      `(module (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
         (memory (export "memory") 1)
         (func (export "dice") (result i32) (drop (call $random (i32.const 0) (i32.const 4)))
           (i32.add (i32.rem_u (i32.load (i32.const 0)) (i32.const 6)) (i32.const 1))))`,
    );
    await writeFile(
      join(cwd, 'plugin.yaml'),
      'name: acme/dice\nversion: 1.0.0\nabi: { kind: wasi-p1 }\nbuilds: [{ toolchain: wat, source: src/luhn.wat }]\n',
    );
    expect((await assay(['run', '.', 'dice'], { cwd })).stdout).toMatch(/^[1-6]\n$/);
  });

  it('passes folders and variables under the names that they are given', async () => {
    const cwd = await copyExample('wat-luhn');
    await mkdir(join(cwd, 'notes'));
    await writeFile(join(cwd, 'notes/today.txt'), 'a stormy night');
    const describe = (capabilities: string) =>
      writeFile(
        join(cwd, 'plugin.yaml'),
        `name: acme/notes\nversion: 1.0.0\nabi: { kind: wasi-p1 }\ncapabilities: [${capabilities}]\nbuilds: [{ toolchain: wat, source: src/luhn.wat }]\n`,
      );
    await describe('stdio, fs, env');
    await writeFile(join(cwd, 'src/luhn.wat'), READS_AND_SHOWS);
    const call = (...more: string[]) => assay(['run', '.', ...more], { cwd });
    const read = await call('read', '--dir', './notes::/data', '--dir=.');
    expect(read).toMatchObject({ exit: 0, stdout: 'a stormy night\n' });
    expect(await call('variables', '--env', 'A=1', '--env=B=x=y')).toMatchObject({ stdout: 'A=1\0B=x=y\0\n' });
    expect(await call('read', '--dir', 'nowhere')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('[FILE_MISSING]'),
    });
    expect(await call('read', '--dir', '.', '--dir', 'notes::.')).toMatchObject({ exit: 2 });
    expect(await call('variables', '--env', 'A')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('NAME=VALUE'),
    });
    await describe('stdio');
    expect((await call('read', '--dir', 'notes')).stderr).toContain('does not have the capability fs');
  });

  it('gives what a command printed and nothing else, and says an exit code that is not 0', async () => {
    const cwd = await copyExample('wat-luhn');
    const command = async (exitCode: number) => {
      await writeFile(
        join(cwd, 'src/luhn.wat'),
        `(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
           (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
           (memory (export "memory") 1)
           (data (i32.const 0) "\\08\\00\\00\\00\\03\\00\\00\\00hi\\0a")
           (func (export "_start")
             (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))
             (call $exit (i32.const ${exitCode}))))`,
      );
      await assay(['build'], { cwd });
      return assay(['run', '.assay/acme.luhn.wasm', '--allow', 'stdio'], { cwd });
    };
    expect(await command(0)).toEqual({ exit: 0, stdout: 'hi\n', stderr: '' });
    expect(await command(3)).toEqual({ exit: 0, stdout: 'hi\n', stderr: 'the plugin ended with exit code 3\n' });
  });

  it('shows a terminal what a plugin prints without obeying it', async () => {
    const cwd = await copyExample('wat-luhn');
    await writeFile(
      join(cwd, 'src/luhn.wat'),
      `(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
         (memory (export "memory") 1)
         (data (i32.const 0) "\\08\\00\\00\\00\\06\\00\\00\\00a\\1b[2Jb")
         (func (export "hello") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))))`,
    );
    await assay(['build'], { cwd });
    const argv = ['run', '.assay/acme.luhn.wasm', 'hello', '--allow', 'stdio'];
    expect(await assay(argv, { cwd, isTerminal: true })).toMatchObject({ exit: 0, stdout: 'a\\u{1b}[2Jb\n' });
    expect((await assay(argv, { cwd })).stdout).toContain('\u001b[2J');
  });
});
