import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { component } from '../audited.ts';
import { callsEnv, CUSTOM, FD_WRITE, fires, type RuleCase, silent, WASI } from './case.ts';

const SIMD = '(module (func (export "f") (result v128) v128.const i32x4 0 0 0 0))';
const PROXY = { kind: 'proxy-wasm' } as const;
const TWO = '(module (func (export "a")) (func (export "b")))';
const requireRun = 'exports:\n  require:\n    - { name: run, type: { params: [i32], results: [] } }\n';
const denyRun = 'exports: { deny: ["debug_*"] }\n';

/** A module whose start section calls a WASI function, by hand or through a table. */
function startCalls(how: 'directly' | 'through a table'): string {
  return `(module
    (type $t (func (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_send" (func $send (type $t)))
    (memory (export "memory") 1 2)
    (table 1 funcref) (elem (i32.const 0) $send)
    (func $begin
      i32.const 0 i32.const 0 i32.const 0 i32.const 0 i32.const 0
      ${how === 'directly' ? 'call $send' : 'i32.const 0 call_indirect (type $t)'} drop)
    (start $begin))`;
}

export const SHAPE_CASES: readonly RuleCase[] = [
  fires('ASY20', 'a proposal that the policy denies', SIMD, { policy: 'features: { deny: [simd] }\n', says: 'denies' }),
  fires('ASY20', 'one that a list of allowed ones leaves out', SIMD, { policy: 'features: { allow: [multivalue] }\n' }),
  silent('ASY20', 'what is standard, under a preset', SIMD),

  fires('ASY90', 'a component inside a component', () => component([], { inside: [component([])] }), {
    policy: 'limits: { nestingDepth: 0 }\n',
  }),
  silent('ASY90', 'a component without one', () => component([]), { policy: 'limits: { nestingDepth: 0 }\n' }),

  fires('ASY180', 'an export that is missing', '(module)', { policy: requireRun, says: 'does not export' }),
  fires('ASY180', 'an export with another signature', '(module (func (export "run")))', {
    policy: requireRun,
    says: 'another signature',
  }),
  silent('ASY180', 'the export as required', '(module (func (export "run") (param i32)))', { policy: requireRun }),
  fires('ASY181', 'an export that is denied by glob', '(module (func (export "debug_dump")))', { policy: denyRun }),
  silent('ASY181', 'another export', '(module (func (export "run")))', { policy: denyRun }),

  fires('ASY182', 'an entry function with a parameter', '(module (func (export "_start") (param i32)))', { abi: WASI }),
  fires('ASY182', 'a component for hosts of core modules', () => component([]), {
    abi: PROXY,
    says: 'is a component, which no host of kind proxy-wasm loads',
  }),
  silent('ASY182', 'a component for a host of one’s own', () => component([]), { abi: CUSTOM }),
  fires('ASY182', 'WASI calls without an exported memory', FD_WRITE.replace('(export "memory")', ''), { abi: WASI }),
  fires('ASY182', 'a filter without its version marker', '(module (func (export "malloc")))', { abi: PROXY }),
  silent('ASY182', 'a WASI reactor', '(module (func (export "_initialize")))', { abi: WASI }),
  silent(
    'ASY182',
    'a filter as it should be',
    '(module (func (export "proxy_abi_version_0_2_1")) (func (export "malloc") (param i32) (result i32) i32.const 0))',
    { abi: PROXY },
  ),

  fires('ASY190', 'an exported table', '(module (table (export "t") 1 funcref))', { says: 'the table "t"' }),
  fires('ASY190', 'an exported stack pointer', '(module (global (export "sp") (mut i32) (i32.const 0)))'),
  silent(
    'ASY190',
    'an exported constant and memory',
    '(module (memory (export "memory") 1) (global (export "c") i32 (i32.const 0)))',
  ),

  fires('ASY200', 'a start section', '(module (func $f) (start $f))'),
  fires(
    'ASY200',
    'a start section of a module inside a component',
    () => parse('(component (core module $m (func $f) (start $f)) (core instance (instantiate $m)))'),
    { abi: { kind: 'component' } },
  ),
  silent('ASY200', 'one that nothing instantiates', () => parse('(component (core module $m (func $f) (start $f)))'), {
    abi: { kind: 'component' },
  }),
  silent('ASY200', 'an exported _initialize', '(module (func (export "_initialize")))'),

  fires(
    'ASY210',
    'calls through a table that the host may write',
    '(module (table (export "t") 1 funcref) (func (export "run") i32.const 0 call_indirect))',
  ),
  silent(
    'ASY210',
    'calls through a table of its own',
    '(module (table 1 funcref) (func (export "run") i32.const 0 call_indirect))',
  ),

  fires(
    'ASY211',
    'a component that it exports',
    () => parse('(component (component $c) (export "c" (component $c)))'),
    {
      says: 'exports "c" for others',
    },
  ),
  fires(
    'ASY211',
    'a core module in an instance that it exports',
    () => parse('(component (core module $m) (instance $i (export "m" (core module $m))) (export "i" (instance $i)))'),
    { says: 'exports "i#m" for others' },
  ),
  silent('ASY211', 'an instance of one', () =>
    parse('(component (component $c) (instance $i (instantiate $c)) (export "i" (instance $i)))'),
  ),

  fires('ASY220', 'a start section that sends', startCalls('directly')),
  silent(
    'ASY220',
    'an export of that name',
    startCalls('directly').replace('(start $begin)', '(export "(start)" (func $begin))'),
  ),
  silent('ASY220', 'one that might, through a table', startCalls('through a table')),
  fires('ASY221', 'a start section that might send, through a table', startCalls('through a table')),
  silent('ASY221', 'one that certainly does', startCalls('directly')),

  fires('ASY230', 'an import that nothing calls', '(module (import "env" "log" (func)))', { abi: CUSTOM }),
  silent('ASY230', 'one that an export calls', callsEnv('log'), { abi: CUSTOM }),

  fires('ASY240', 'a memory that may grow for ever', '(module (memory 1))'),
  silent('ASY240', 'one with a maximum', '(module (memory 1 2))'),
  fires('ASY241', 'no maximum where the policy limits growth', '(module (memory 1))', {
    policy: 'limits: { maximumMemoryPages: 10 }\n',
  }),
  silent('ASY241', 'no maximum where it does not', '(module (memory 1))'),
  fires('ASY250', 'more memory at the start than allowed', '(module (memory 11 12))', {
    policy: 'limits: { initialMemoryPages: 10 }\n',
    says: '11 pages',
  }),
  fires('ASY250', 'more than allowed in two memories', '(module (memory 6) (memory 6))', {
    policy: 'limits: { initialMemoryPages: 10 }\n',
    says: '2 memories together start at 12 pages',
  }),
  silent('ASY250', 'as much as allowed in two', '(module (memory 4) (memory 6))', {
    policy: 'limits: { initialMemoryPages: 10 }\n',
  }),
  silent('ASY250', 'as much as allowed', '(module (memory 10 12))', { policy: 'limits: { initialMemoryPages: 10 }\n' }),
  fires('ASY251', 'a maximum above the limit', '(module (memory 1 11))', {
    policy: 'limits: { maximumMemoryPages: 10 }\n',
  }),
  silent('ASY251', 'a maximum at the limit', '(module (memory 1 10))', {
    policy: 'limits: { maximumMemoryPages: 10 }\n',
  }),
  fires('ASY252', 'a table above the limit', '(module (table 11 funcref))', {
    policy: 'limits: { tableElements: 10 }\n',
  }),
  silent('ASY252', 'a table at the limit', '(module (table 10 funcref))', {
    policy: 'limits: { tableElements: 10 }\n',
  }),
  fires('ASY272', 'more data than allowed', '(module (memory 1) (data (i32.const 0) "12345"))', {
    policy: 'limits: { dataBytes: 4 }\n',
  }),
  silent('ASY272', 'as much data as allowed', '(module (memory 1) (data (i32.const 0) "1234"))', {
    policy: 'limits: { dataBytes: 4 }\n',
  }),
  fires('ASY290', 'a file above the limit', TWO, { policy: 'limits: { size: 10 }\n' }),
  silent('ASY290', 'a file below it', TWO, { policy: 'limits: { size: 1000 }\n' }),
  fires('ASY291', 'more functions than allowed', TWO, { policy: 'limits: { functions: 1 }\n' }),
  silent('ASY291', 'as many as allowed', TWO, { policy: 'limits: { functions: 2 }\n' }),
  fires('ASY292', 'a function above the limit', '(module (func nop nop nop nop nop))', {
    policy: 'limits: { functionSize: 4 }\n',
  }),
  silent('ASY292', 'a short function', '(module (func nop))', { policy: 'limits: { functionSize: 4 }\n' }),
  fires('ASY293', 'more imports than allowed', '(module (import "a" "x" (func)) (import "a" "y" (func)))', {
    policy: 'limits: { imports: 1 }\n',
  }),
  silent('ASY293', 'as many as allowed', '(module (import "a" "x" (func)))', { policy: 'limits: { imports: 1 }\n' }),
  fires('ASY294', 'more exports than allowed', TWO, { policy: 'limits: { exports: 1 }\n' }),
  silent('ASY294', 'as many as allowed', TWO, { policy: 'limits: { exports: 2 }\n' }),
];
