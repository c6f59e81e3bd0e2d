import { describe, expect, it } from 'vitest';
import { childProcessProber } from '#adapters/probe/child-process';
import { parseValue } from '#model/parse';
import { type Probe, ProbeSchema } from '#model/probe';
import { auditBytes, compile, component } from '../../rules/audited.ts';

async function probeBytes(
  bytes: Uint8Array,
  calls: readonly string[] | 'nullary' = [],
  timeoutMs: number = 20_000,
): Promise<Probe> {
  const { facts } = await auditBytes(bytes);
  const probe = await childProcessProber.probe({ bytes, facts, calls, timeoutMs });
  return parseValue(ProbeSchema, probe, { source: 'probe' });
}

async function probe(text: string, calls: readonly string[] | 'nullary' = [], timeoutMs?: number): Promise<Probe> {
  return probeBytes(await compile(text), calls, timeoutMs);
}

const LOG = '(import "env" "log" (func $log (param i32)))';

describe('probing a module', () => {
  it('tells what loading and the exports really called, and how often', async () => {
    const found = await probe(
      `(module ${LOG} (import "env" "never" (func $never)) (memory (export "memory") 3)
        (func $begin i32.const 1 call $log) (start $begin)
        (func (export "run") (param i32 i64) (result f64) i32.const 2 call $log i32.const 3 call $log
          local.get 0 (if (then call $never)) f64.const 1))`,
      ['run'],
    );
    expect(found).toEqual({
      outcome: 'completed',
      roots: [
        { root: '(start)', outcome: 'returned', calls: [{ import: 'env.log', times: 1 }] },
        { root: 'run', outcome: 'returned', calls: [{ import: 'env.log', times: 2 }] },
      ],
      memoryPages: 3,
    });
  });

  it('calls what hosts call first without being asked', async () => {
    const found = await probe('(module (func (export "_initialize")) (func (export "other")))');
    expect(found.roots.map(({ root }) => root)).toEqual(['(start)', '_initialize']);
  });

  it('calls every export that takes nothing where that is asked for', async () => {
    const found = await probe(
      '(module (func (export "a")) (func (export "b") (param i32)) (func (export "c") (result i32) i32.const 1))',
      'nullary',
    );
    expect(found.roots.map(({ root }) => root)).toEqual(['(start)', 'a', 'c']);
  });

  it('lets a command write and end', async () => {
    const wasi = '"wasi_snapshot_preview1"';
    const found = await probe(`(module
      (import ${wasi} "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import ${wasi} "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1) (data (i32.const 4) "\\10\\00\\00\\00")
      (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
        (if (i32.ne (i32.load (i32.const 32)) (i32.const 16)) (then unreachable))
        (call $exit (i32.const 0)) unreachable))`);
    expect(found.roots[1]).toMatchObject({ root: '_start', outcome: 'exited' });
    expect(found.roots[1]?.calls.map((call) => call.import)).toEqual([
      'wasi_snapshot_preview1.fd_write',
      'wasi_snapshot_preview1.proc_exit',
    ]);
  });

  it('goes on after a trap', async () => {
    const found = await probe(
      `(module ${LOG}
      (func (export "bad") unreachable) (func (export "good") i32.const 0 call $log))`,
      ['bad', 'good'],
    );
    expect(found.roots.map(({ outcome }) => outcome)).toEqual(['returned', 'trapped', 'returned']);
    expect(found.roots[1]?.message).toContain('unreachable');
  });

  it('gives memories, tables and globals where they are imported', async () => {
    const found = await probe(
      `(module (import "env" "memory" (memory 1 2)) (import "env" "t" (table 2 funcref))
      (import "env" "g" (global $g (mut i64))) (func (export "run") (global.set $g (i64.const 5))))`,
      ['run'],
    );
    expect(found.roots.map(({ outcome }) => outcome)).toEqual(['returned', 'returned']);
  });
});

describe('a module that does harm', () => {
  it('that never comes back is ended, and what it had called is known', async () => {
    const found = await probe(
      `(module ${LOG} (func (export "run") i32.const 1 call $log (loop br 0)))`,
      ['run'],
      1_500,
    );
    expect(found).toMatchObject({
      outcome: 'timeout',
      roots: [{ root: '(start)' }, { root: 'run', outcome: 'lost', calls: [{ import: 'env.log' }] }],
    });
  });

  it('that grows without end stays within the memory of a probe', async () => {
    const found = await probe(
      `(module (memory (export "memory") 1)
        (func (export "run") (loop (br_if 0 (i32.ne (memory.grow (i32.const 64)) (i32.const -1))))))`,
      ['run'],
    );
    expect(found.outcome).toBe('completed');
    expect(found.memoryPages).toBeLessThanOrEqual(4096);
  });

  it('that wants more memory than that is refused', async () => {
    const found = await probe('(module (memory 60000))');
    expect(found).toMatchObject({ outcome: 'refused', message: expect.stringContaining('memory') });
  });

  it('that calls its host for ever is stopped', async () => {
    const found = await probe(`(module ${LOG} (func (export "run") (loop i32.const 1 call $log br 0)))`, ['run']);
    expect(found.roots[1]).toMatchObject({ outcome: 'stopped' });
  });

  it('that fills tables until the heap is gone ends its own process alone', async () => {
    const found = await probe(
      `(module ${LOG} (table 1 externref) (func (export "run") i32.const 1 call $log
        (loop (br_if 0 (i32.ne (table.grow (ref.null extern) (i32.const 100000)) (i32.const -1)))) (loop br 0)))`,
      ['run'],
      5_000,
    );
    expect(['timeout', 'crashed']).toContain(found.outcome);
    expect(found.roots[1]).toMatchObject({ root: 'run', outcome: 'lost', calls: [{ import: 'env.log' }] });
  });

  it('that hangs while it is loaded is ended', async () => {
    const found = await probe('(module (func $begin (loop br 0)) (start $begin))', [], 1_500);
    expect(found).toMatchObject({ outcome: 'timeout', roots: [{ root: '(start)', outcome: 'lost' }] });
  });

  it('that is named after what objects inherit changes nothing', async () => {
    const found = await probe(
      `(module (import "__proto__" "constructor" (func $f)) (func (export "run") call $f) (export "__proto__" (func $f)))`,
      'nullary',
    );
    expect(found.roots.find(({ root }) => root === 'run')?.calls).toEqual([
      { import: '__proto__.constructor', times: 1 },
    ]);
  });

  it('that recurses without end traps', async () => {
    const found = await probe('(module (func $f (export "run") call $f))', ['run']);
    expect(found.roots[1]).toMatchObject({ outcome: 'trapped' });
  });
});

describe('what cannot be probed', () => {
  it('an export that is not there is an error that names those there are', async () => {
    await expect(probe('(module (func (export "run")))', ['rum'])).rejects.toMatchObject({
      code: 'EXPORT_UNKNOWN',
      hint: expect.stringContaining('run'),
    });
  });

  it('a component is refused', async () => {
    expect(await probeBytes(component([]))).toMatchObject({ outcome: 'refused', roots: [] });
  });
});
