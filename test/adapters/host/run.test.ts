import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runExport, type RunRequest } from '#adapters/host/run';
import { assemblyscript } from '#adapters/toolchains/assemblyscript';
import { wat } from '#adapters/toolchains/wat';
import { zigCc } from '#adapters/toolchains/zig-cc';
import { compile, compileFolder } from '../toolchains/compile.ts';

const EXAMPLES = new URL('../../../examples/plugins/', import.meta.url).pathname;

type Call = Partial<RunRequest> & { readonly args?: RunRequest['args'] };

async function run(bytes: Uint8Array, call: Call = {}) {
  return runExport({ bytes, abi: { kind: 'custom' }, capabilities: [], args: [], ...call });
}

async function module(text: string, options: { readonly features?: string[] } = {}): Promise<Uint8Array> {
  return (await compile(wat, { 'a.wat': text }, { options })).bytes;
}

describe('the example plugins', () => {
  it('luhn checks numbers that look like numbers and are texts', async () => {
    const { bytes } = await compileFolder(wat, `${EXAMPLES}wat-luhn`, { sources: ['src/luhn.wat'] });
    expect((await run(bytes, { export: 'valid', args: ['4539 1488 0343 6467'] })).result).toBe(1);
    expect((await run(bytes, { export: 'valid', args: ['4539148803436468'] })).result).toBe(0);
    expect((await run(bytes, { export: 'check_digit', args: ['7992739871'] })).result).toBe(3);
    expect((await run(bytes, { export: 'check_digit', args: ['letters'] })).result).toBe(-1);
  });

  it('roman takes and returns AssemblyScript strings', async () => {
    const { bytes } = await compileFolder(assemblyscript, `${EXAMPLES}as-roman`, {
      sources: ['src/roman.ts'],
      options: { exportRuntime: true },
    });
    expect((await run(bytes, { export: 'toRoman', args: ['1994'] })).result).toBe('MCMXCIV');
    expect((await run(bytes, { export: 'toRoman', args: [2026] })).result).toBe('MMXXVI');
    expect((await run(bytes, { export: 'fromRoman', args: ['MCMXCIV'] })).result).toBe(1994);
    expect((await run(bytes, { export: 'fromRoman', args: [{ text: 'IIII' }], result: 'number' })).result).toBe(0);
  });

  describe('word-count and spell-check', { timeout: 240_000 }, () => {
    let wordCount: Uint8Array;
    let spellCheck: Uint8Array;
    beforeAll(async () => {
      const build = async (folder: string, source: string, exports: string[]) => {
        const job = { sources: [source], options: { exports } };
        return (await compileFolder(zigCc, EXAMPLES + folder, job)).bytes;
      };
      wordCount = await build('c-word-count', 'src/word_count.c', ['malloc', 'free', 'count', 'report']);
      spellCheck = await build('c-spell-check', 'src/spell_check.c', ['malloc', 'free', 'check']);
    }, 240_000);

    it('print to standard output when they may', async () => {
      const args = ['It was a dark and stormy night. Él llovió.'];
      const abi = { kind: 'wasi-p1' as const };
      expect(await run(wordCount, { abi, capabilities: ['stdio'], export: 'report', args })).toEqual({
        stdout: 'words 9, sentences 2, lines 1, letters 32, reading time 1 min\n',
        stderr: '',
        result: 9,
      });
      await expect(run(wordCount, { abi, export: 'report', args })).rejects.toMatchObject({
        code: 'CAPABILITY_DENIED',
        hint: expect.stringContaining('- stdio'),
      });
      expect((await run(wordCount, { abi, export: 'count', args })).result).toBe(9);
    });

    it('see no file without fs', async () => {
      const call = { abi: { kind: 'wasi-p1' as const }, export: 'check', args: ['a drak night'] };
      expect((await run(spellCheck, { ...call, capabilities: ['stdio'] })).stdout).toBe('drak\n');
    });
  });

  it('unit-convert is stopped while it loads', async () => {
    const { bytes } = await compileFolder(wat, `${EXAMPLES}wat-unit-convert`, { sources: ['src/unit_convert.wat'] });
    const call = { abi: { kind: 'wasi-p1' as const }, export: 'miles_to_kilometres', args: ['26.2'] };
    await expect(run(bytes, call)).rejects.toMatchObject({ code: 'CAPABILITY_DENIED' });
    await expect(run(bytes, { ...call, capabilities: ['fs'] })).rejects.toMatchObject({ code: 'CAPABILITY_DENIED' });
  });
});

describe('values', () => {
  it.each([
    ['i32', '41', 41],
    ['i32', '-7', -7],
    ['i32', '0xff', 255],
    ['i64', '9007199254740993', 9007199254740993n],
    ['i64', '-5', -5n],
    ['f64', '1.5e3', 1500],
    ['f32', '0.5', 0.5],
  ])('of type %s pass unchanged: %s', async (type, given, returned) => {
    const bytes = await module(`(module (func (export "same") (param ${type}) (result ${type}) (local.get 0)))`);
    expect((await run(bytes, { export: 'same', args: [given] })).result).toBe(returned);
  });

  it.each([
    ['i32', 'word', 'type i32'],
    ['i32', '1.5', 'type i32'],
    ['i32', '4294967296', 'type i32'],
    ['i64', '1.5', 'type i64'],
    ['externref', '1', 'type other'],
  ])('that do not fit %s are refused: %s', async (type, given, hint) => {
    const bytes = await module(`(module (func (export "f") (param ${type})))`);
    await expect(run(bytes, { export: 'f', args: [given] })).rejects.toMatchObject({
      code: 'EXPORT_UNKNOWN',
      hint: expect.stringContaining(hint),
    });
  });

  const TEXTS = `(module
    (memory (export "memory") 1)
    (func (export "alloc") (param i32) (result i32) (i32.const 64))
    (func (export "packed") (param i32 i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1))))
    (func (export "pair") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1))
    (func (export "pointer") (param i32 i32) (result i32) (local.get 0))
    (func (export "outside") (result i32 i32) (i32.const 65530) (i32.const 10))
    (func (export "small") (result i64) (i64.const 12)))`;

  it('are texts when an i64 or two results point at one', async () => {
    const bytes = await module(TEXTS);
    const args = ['grüß dich'];
    expect((await run(bytes, { export: 'packed', args })).result).toBe('grüß dich');
    expect((await run(bytes, { export: 'pair', args })).result).toBe('grüß dich');
    expect((await run(bytes, { export: 'small' })).result).toBe(12n);
    expect((await run(bytes, { export: 'packed', args, result: 'number' })).result).toBe((64n << 32n) | 11n);
    expect((await run(bytes, { export: 'pointer', args })).result).toBe(64);
    expect((await run(bytes, { export: 'pointer', args, result: 'text' })).result).toBe('grüß dich');
    await expect(run(bytes, { export: 'outside' })).rejects.toMatchObject({ code: 'EXPORT_UNKNOWN' });
  });

  it('cannot be texts for a module without an allocator', async () => {
    const bytes = await module('(module (memory (export "memory") 1) (func (export "f") (param i32 i32)))');
    await expect(run(bytes, { export: 'f', args: ['text'] })).rejects.toThrow('no way to take a text');
  });

  it('are refused where the export takes a number that is no address', async () => {
    const allocator = await module(`(module (memory (export "memory") 1)
      (func (export "alloc") (param i32) (result i32) (i32.const 64))
      (func (export "add") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1)))
      (func (export "text") (param i32 i32) (result i32) (local.get 1)))`);
    expect((await run(allocator, { export: 'text', args: ['abc'] })).result).toBe(3);
    expect((await run(allocator, { export: 'add', args: ['1', '2'] })).result).toBe(3);
    const refused = { code: 'EXPORT_UNKNOWN', hint: 'It takes a value of type f64 there.' };
    await expect(run(allocator, { export: 'add', args: ['abc'] })).rejects.toMatchObject(refused);
    const { bytes } = await compile(
      assemblyscript,
      {
        'a.ts': 'export function f(n: f64): f64 { return n; }\nexport function g(t: string): i32 { return t.length; }',
      },
      { options: { exportRuntime: true } },
    );
    expect((await run(bytes, { export: 'g', args: ['warm'] })).result).toBe(4);
    await expect(run(bytes, { export: 'f', args: ['warm'] })).rejects.toMatchObject(refused);
    await expect(run(bytes, { export: 'f', args: [{ text: '5' }] })).rejects.toMatchObject(refused);
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({
      message: 'f cannot be called with 0 arguments',
      hint: 'Its parameters are (f64); a text takes one i32.',
    });
  });
});

describe('a plugin', () => {
  it('that has no such export names those it has', async () => {
    const bytes = await module('(module (func (export "f")) (func (export "g")))');
    await expect(run(bytes, { export: 'h' })).rejects.toMatchObject({
      code: 'EXPORT_UNKNOWN',
      hint: 'It exports: f, g',
    });
    await expect(run(bytes)).rejects.toMatchObject({
      code: 'EXPORT_UNKNOWN',
      message: expect.stringContaining('_start'),
    });
  });

  it('that never returns is ended', async () => {
    const bytes = await module('(module (func (export "f") (loop (br 0))))');
    await expect(run(bytes, { export: 'f', timeoutMs: 300 })).rejects.toMatchObject({ code: 'RUN_LIMIT' });
  });

  it('that sleeps is ended too', async () => {
    const bytes = await module(`(module
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 24) "\\00\\00\\00\\00\\00\\00\\ff\\7f")
      (func (export "f") (drop (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 200)))))`);
    const call = { abi: { kind: 'wasi-p1' as const }, export: 'f' };
    await expect(run(bytes, { ...call, capabilities: ['clock'], timeoutMs: 300 })).rejects.toMatchObject({
      code: 'RUN_LIMIT',
    });
    await expect(run(bytes, call)).rejects.toMatchObject({ code: 'CAPABILITY_DENIED' });
  });

  it('cannot take more memory than it is given', async () => {
    const bytes = await module(`(module (memory (export "memory") 1)
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`);
    const call = { export: 'grow', maxMemoryBytes: 4 * 65_536 };
    expect((await run(bytes, { ...call, args: [3] })).result).toBe(1);
    expect((await run(bytes, { ...call, args: [4] })).result).toBe(-1);
    const large = await module('(module (memory (export "memory") 5) (func (export "f")))');
    await expect(run(large, { ...call, export: 'f' })).rejects.toMatchObject({ code: 'RUN_LIMIT' });
  });

  it('that traps says how', async () => {
    const bytes = await module('(module (func (export "f") unreachable) (func $r (export "r") (call $r)))');
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({ code: 'PLUGIN_TRAPPED' });
    await expect(run(bytes, { export: 'r' })).rejects.toMatchObject({ code: 'PLUGIN_TRAPPED' });
  });

  it('that is AssemblyScript prints, reads the clock and draws numbers under the capabilities of its bindings', async () => {
    const source = `
      export function say(): void { console.log("hello"); console.error("oh"); }
      export function now(): f64 { return <f64>Date.now(); }
      export function chance(): f64 { return Math.random(); }`;
    const { bytes } = await compile(assemblyscript, { 'own.ts': source });
    expect(await run(bytes, { export: 'say', capabilities: ['stdio'] })).toMatchObject({
      stdout: 'hello\n',
      stderr: 'oh\n',
    });
    expect((await run(bytes, { export: 'now', capabilities: ['clock'] })).result).toBeGreaterThan(0);
    expect((await run(bytes, { export: 'chance', capabilities: ['random'] })).result).toBeLessThan(1);
    for (const [name, capability] of Object.entries({ say: 'stdio', now: 'clock', chance: 'random' })) {
      const message = expect.stringMatching(`needs the capability ${capability}$`);
      await expect(run(bytes, { export: name })).rejects.toMatchObject({ code: 'CAPABILITY_DENIED', message });
    }
  });

  it('that is AssemblyScript is granted nothing while it loads', async () => {
    const source = 'const begun = Date.now();\nexport function since(): i64 { return begun; }';
    const { bytes } = await compile(assemblyscript, { 'early.ts': source });
    const call = run(bytes, { export: 'since', capabilities: ['clock'] });
    await expect(call).rejects.toMatchObject({
      code: 'CAPABILITY_DENIED',
      message: expect.stringContaining('before it was loaded'),
    });
  });

  it('that is AssemblyScript and aborts says what and where', async () => {
    const source = 'export function f(): void { throw new Error("the cup is empty"); }';
    const { bytes } = await compile(assemblyscript, { 'cup.ts': source });
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({
      code: 'PLUGIN_TRAPPED',
      message: expect.stringContaining('aborted'),
    });
  });

  it('may only call host functions that some host offers', async () => {
    const bytes = await module('(module (import "env" "launch" (func $l)) (func (export "f") (call $l)))');
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({
      code: 'CAPABILITY_DENIED',
      hint: expect.stringContaining('- host:env.launch'),
    });
    await expect(run(bytes, { export: 'f', capabilities: ['host:env.launch'] })).rejects.toMatchObject({
      code: 'HOST_UNSUPPORTED',
    });
  });

  it.each(['component', 'extism', 'proxy-wasm'] as const)('of kind %s needs its own host', async (kind) => {
    await expect(run(await module('(module)'), { abi: { kind }, export: 'f' })).rejects.toMatchObject({
      code: 'HOST_UNSUPPORTED',
    });
  });

  it('that is damaged does not load', async () => {
    await expect(run(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99]), { export: 'f' })).rejects.toMatchObject({
      exit: expect.any(Number),
      code: expect.stringMatching(/^(LOAD_FAILED|MODULE_MALFORMED)$/),
    });
  });
});

describe('a hostile plugin', () => {
  it('does not bring its host down by filling the heap with tables', async () => {
    const tables = Array.from({ length: 50 }, () => '(table 9000000 externref)').join('');
    const bytes = await module(`(module ${tables} (func (export "f")))`);
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  });

  it('cannot take its memory several times over', async () => {
    const text = `(module (memory 1) (memory $m 1)
      (func (export "grow") (param i32) (result i32) (memory.grow $m (local.get 0))))`;
    const bytes = await module(text, { features: ['multi-memory'] });
    const call = { export: 'grow', maxMemoryBytes: 6 * 65_536 };
    expect((await run(bytes, { ...call, args: [2] })).result).toBe(1);
    expect((await run(bytes, { ...call, args: [3] })).result).toBe(-1);
    await expect(run(bytes, { ...call, args: [1], maxMemoryBytes: 65_536 })).rejects.toMatchObject({
      code: 'RUN_LIMIT',
    });
  });

  it('is ended before the same memory is printed a thousand times', async () => {
    const bytes = await module(`(module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1024)
      (func (export "f") (local $i i32)
        (loop $next
          (i32.store offset=4 (i32.mul (local.get $i) (i32.const 8)) (i32.const 67108864))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $i) (i32.const 1000))))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1000) (i32.const 65520)))))`);
    const call = { abi: { kind: 'wasi-p1' as const }, capabilities: ['stdio' as const], export: 'f' };
    await expect(run(bytes, call)).rejects.toMatchObject({
      code: 'RUN_LIMIT',
      message: expect.stringContaining('printed more'),
    });
  });

  it('that throws what nothing catches has trapped', async () => {
    const bytes = await module('(module (tag $e) (func (export "f") (throw $e)))', { features: ['exceptions'] });
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({ code: 'PLUGIN_TRAPPED' });
  });

  it.each([
    ['__proto__', 'then'],
    ['constructor', 'keys'],
    ['wasi_snapshot_preview1', 'constructor'],
    ['wasi_snapshot_preview1', 'toString'],
  ])('gets no function by importing %s.%s', async (from, name) => {
    const bytes = await module(`(module (import "${from}" "${name}" (func $f)) (memory (export "memory") 1)
      (func (export "f") (call $f)))`);
    await expect(run(bytes, { export: 'f' })).rejects.toMatchObject({
      code: 'CAPABILITY_DENIED',
      message: expect.stringContaining(`${from}.${name}`),
    });
  });
});

describe('a plugin with a folder', () => {
  const READER = `(module
    (import "wasi_snapshot_preview1" "path_symlink" (func $link (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_renumber" (func $renumber (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 100) "../outside") (data (i32.const 120) "own")
    (func (export "alloc") (param i32) (result i32) (i32.const 200))
    (func (export "link") (result i32)
      (call $link (i32.const 100) (i32.const 10) (i32.const 3) (i32.const 120) (i32.const 3)))
    (func (export "renumber") (param i32 i32) (result i32) (call $renumber (local.get 0) (local.get 1)))
    (func (export "show") (param i32 i32) (result i32) (local $error i32)
      (local.set $error (call $open (i32.const 3) (i32.const 1) (local.get 0) (local.get 1) (i32.const 0)
        (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
      (if (local.get $error) (then (return (local.get $error))))
      (i32.store (i32.const 0) (i32.const 2000))
      (i32.store (i32.const 4) (i32.const 100))
      (drop (call $read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 4)))
      (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 24))))`;

  async function withFolder(
    work: (call: (name: string, ...args: RunRequest['args']) => ReturnType<typeof run>) => Promise<void>,
  ) {
    const base = mkdtempSync(join(tmpdir(), 'assay-wasi-'));
    try {
      const passed = join(base, 'passed');
      mkdirSync(join(passed, 'sub'), { recursive: true });
      mkdirSync(join(base, 'outside'));
      writeFileSync(join(passed, 'sub', 'file.txt'), 'inside');
      writeFileSync(join(base, 'outside', 'file.txt'), 'secret');
      symlinkSync(join(base, 'outside'), join(passed, 'way-out'), 'junction');
      const bytes = await module(READER);
      const abi = { kind: 'wasi-p1' as const };
      await work((name, ...args) =>
        run(bytes, { abi, capabilities: ['fs', 'stdio'], folders: { '/': passed }, export: name, args }),
      );
    } finally {
      rmSync(base, { recursive: true });
    }
  }

  it('reads what is in it', async () => {
    await withFolder(async (call) => {
      expect(await call('show', 'sub/file.txt')).toMatchObject({ stdout: 'inside', result: 0 });
      expect(await call('show', './sub/../sub/file.txt')).toMatchObject({ stdout: 'inside', result: 0 });
    });
  });

  it.each([
    ['../outside/file.txt', 76],
    ['sub/../../outside/file.txt', 76],
    ['/etc/hostname', 76],
    ['way-out/file.txt', 32],
  ])('does not leave it by %s', async (path, errno) => {
    await withFolder(async (call) => {
      expect(await call('show', path)).toMatchObject({ stdout: '', result: errno });
    });
  });

  it('makes no links', async () => {
    await withFolder(async (call) => expect((await call('link')).result).toBe(58));
  });

  it('cannot put a folder in the place of a stream', async () => {
    await withFolder(async (call) => {
      expect((await call('renumber', 3, 1)).result).toBe(8);
      expect((await call('renumber', 1, 3)).result).toBe(8);
    });
  });
});

describe('a WASI command', () => {
  const COMMAND = `(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start")
      (drop (call $sizes (i32.const 0) (i32.const 4)))
      (i32.store (i32.const 16) (i32.const 1024))
      (i32.store (i32.const 20) (i32.const 100))
      (drop (call $read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 20)))
      (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))
      (call $exit (i32.load (i32.const 0)))))`;

  it('reads standard input, sees its arguments, and ends with its exit code', async () => {
    const call = { abi: { kind: 'wasi-p1' as const }, args: ['a', 'b'], stdin: 'echo' };
    const bytes = await module(COMMAND);
    expect(await run(bytes, { ...call, capabilities: ['stdio', 'args'] })).toEqual({
      stdout: 'echo',
      stderr: '',
      result: 3,
    });
    expect((await run(bytes, { ...call, capabilities: ['stdio'] })).result).toBe(0);
  });
});
