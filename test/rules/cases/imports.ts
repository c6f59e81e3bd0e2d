import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { component, customSection, dynamicLibrary, withCustom } from '../audited.ts';
import {
  callsEnv,
  callsWasi,
  CUSTOM,
  FD_WRITE,
  fires,
  PATH_OPEN,
  type RuleCase,
  silent,
  SOCK_SEND,
  WASI,
} from './case.ts';

const unreachedSocket = `(module
  (import "wasi_snapshot_preview1" "sock_send" (func (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1 2) (func (export "run")))`;
const bindgen = { kind: 'wasm-bindgen' } as const;
const wbg = (name: string, digit: string) => callsEnv(`__wbg_${name}_${digit.repeat(16)}`, 'wbg');
const emscripten = { kind: 'emscripten' } as const;

const EM_JS = '(module (global (export "__em_js__log") i32 (i32.const 0)))';

/** A dynamic library that takes the address of a function, and defines one called `callback`. */
function addressOf(name: string): string {
  return `(module (import "GOT.func" "${name}" (global (mut i32))) (func (export "callback")))`;
}

export const IMPORT_CASES: readonly RuleCase[] = [
  fires('ASY100', 'an import that the preset does not list', callsEnv('log'), { abi: WASI, says: '"env.log"' }),
  fires('ASY100', 'one that nothing calls', unreachedSocket, { policy: 'imports: { allow: [env.*] }\n' }),
  fires('ASY100', 'one that is denied by name', FD_WRITE, {
    policy: 'extends: [assay:wasi-p1@1]\nimports: { deny: [wasi_snapshot_preview1.fd_write] }\n',
    says: 'denies',
  }),
  fires('ASY100', 'one that is listed with another signature', callsEnv('abort'), {
    abi: CUSTOM,
    capabilities: ['host:env.abort'],
    says: 'the policy lists it as (i32, i32, i32, i32) → nothing only',
  }),
  silent('ASY100', 'one that is denied with another signature', FD_WRITE, {
    policy:
      'extends: [assay:wasi-p1@1]\nimports:\n  deny:\n    - name: wasi_snapshot_preview1.fd_write\n      type: { params: [], results: [] }\n',
  }),
  fires('ASY100', 'an interface that WASI does not define', () => component(['wasi:io/evil@0.2.0']), {
    abi: { kind: 'component' },
  }),
  silent('ASY100', 'interfaces of WASI 0.2 and 0.3', () => component(['wasi:io/poll@0.2.3', 'wasi:cli/stdout@0.3.0']), {
    abi: { kind: 'component' },
  }),
  fires('ASY100', 'a script of the page’s own beside the glue', callsEnv('run', './snippets/x/inline0.js'), {
    abi: bindgen,
  }),
  silent('ASY100', 'the glue that wasm-bindgen writes', callsEnv('__wbg_log_0123456789abcdef', './x_bg.js'), {
    abi: bindgen,
  }),
  silent('ASY100', 'a listed one', FD_WRITE),
  silent('ASY100', 'a policy without an import list', callsEnv('log'), { policy: 'limits: { size: 1000 }\n' }),

  fires('ASY110', 'a WASI function with a parameter too few', callsWasi('fd_write', 'i32 i32 i32'), {
    says: 'WASI preview 1 defines (i32, i32, i32, i32) → i32',
  }),
  fires(
    'ASY110',
    'a WASI function imported as a global',
    '(module (import "wasi_snapshot_preview1" "fd_write" (global i32)))',
  ),
  fires(
    'ASY110',
    'an interface of WASI imported as a component',
    () => parse('(component (import "wasi:cli/stdout@0.2.0" (component)))'),
    { abi: { kind: 'component' }, says: 'as a component; WASI defines an instance' },
  ),
  silent('ASY110', 'an instance of an interface', () => component(['wasi:cli/stdout@0.2.0']), {
    abi: { kind: 'component' },
  }),
  silent(
    'ASY110',
    'a component under a name of the host’s own',
    () => parse('(component (import "code" (component)))'),
    {
      abi: { kind: 'component' },
    },
  ),
  silent('ASY110', 'the published signature', FD_WRITE),
  silent('ASY110', 'an application function called like one of AssemblyScript', callsEnv('seed'), { abi: CUSTOM }),

  fires('ASY111', 'a function that WASI does not define', callsWasi('fd_wrote', 'i32'), { says: 'nearest: fd_write' }),
  silent('ASY111', 'a function that it defines', FD_WRITE),

  fires('ASY120', 'a denied capability that is reached', SOCK_SEND, {
    policy: 'extends: [assay:wasi-p1@1]\ncapabilities: { deny: [net] }\n',
    says: '"run" can reach net',
  }),
  silent('ASY120', 'a denied capability that nothing reaches', unreachedSocket, {
    policy: 'extends: [assay:wasi-p1@1]\ncapabilities: { deny: [net] }\n',
  }),

  fires('ASY121', 'a capability that the preset wants reviewed', SOCK_SEND, { capabilities: ['net'] }),
  fires('ASY121', 'one that the policy does not mention', PATH_OPEN, {
    policy: 'imports: { allow: [wasi_snapshot_preview1.path_open] }\n',
    says: 'does not mention',
  }),
  silent('ASY121', 'one that the preset allows', PATH_OPEN, { capabilities: ['fs'] }),
  silent('ASY121', 'a host function that the import list names', callsEnv('log'), {
    policy: 'imports: { allow: [env.log] }\n',
    abi: CUSTOM,
  }),

  fires('ASY122', 'files reached and not declared', PATH_OPEN, { says: 'does not declare fs' }),
  silent('ASY122', 'files reached and declared', PATH_OPEN, { capabilities: ['fs'] }),
  silent('ASY122', 'what the preset implies', FD_WRITE),
  fires('ASY122', 'fetch of the page', callsEnv('__wbg_fetch_0123456789abcdef', 'wbg'), {
    abi: bindgen,
    says: '"run" can reach net',
  }),
  fires('ASY122', 'a function that only the page knows', callsEnv('__wbg_require_0123456789abcdef', './x_bg.js'), {
    abi: bindgen,
    says: 'does not declare host:wbg.require',
  }),
  silent('ASY122', 'the language itself', callsEnv('__wbg_stringify_0123456789abcdef', './x_bg.js'), { abi: bindgen }),
  silent('ASY122', 'what wasm-bindgen needs to move values', callsEnv('__wbindgen_throw', 'wbg'), { abi: bindgen }),
  fires('ASY122', 'the table address of a system call', addressOf('__syscall_openat'), { abi: emscripten }),
  silent('ASY122', 'the table address of a function of its own', addressOf('callback'), { abi: emscripten }),
  silent('ASY122', 'asking which folders were given', callsWasi('fd_prestat_get', 'i32 i32')),

  fires('ASY123', 'network declared and not reached', FD_WRITE, { capabilities: ['net'] }),
  silent('ASY123', 'files declared and reached', PATH_OPEN, { capabilities: ['fs'] }),

  fires('ASY130', 'a module name with l for 1', callsEnv('fd_write', 'wasi_snapshot_previewl')),
  fires('ASY130', 'a module name in another case', callsEnv('fd_write', 'WASI_snapshot_preview1')),
  fires('ASY130', 'env with a Cyrillic e', callsEnv('log', '\u0435nv')),
  silent('ASY130', 'the published spelling', FD_WRITE),
  silent('ASY130', 'a short name that happens to be near env', callsEnv('log', 'eng')),

  fires('ASY131', 'an export with a direction override', '(module (func (export "a\\e2\\80\\aeb")))', {
    says: 'reading direction',
  }),
  fires('ASY131', 'an import with a NUL', callsEnv('log\\00')),
  fires('ASY131', 'an import with a zero-width space', callsEnv('lo\\e2\\80\\8bg')),
  fires('ASY131', 'a custom section with a control character', () =>
    withCustom('(module)', customSection('no\u0007tes', '')),
  ),
  silent('ASY131', 'German and Polish words', '(module (func (export "größe")) (func (export "żółw")))'),
  silent('ASY131', 'a word that only shares letters with ASCII', '(module (func (export "\u043d\u043e\u0441")))'),
  silent('ASY131', 'a word in Cherokee', '(module (func (export "\u13e3\u13b3\u13a9")))'),
  silent('ASY131', 'a Russian word with a capital', '(module (func (export "\u041a\u043b\u044e\u0447")))'),
  silent('ASY131', 'a name in one foreign script', '(module (func (export "\u043f\u0440\u0438\u0432\u0435\u0442")))'),

  fires('ASY140', 'imports of one letter', callsEnv('b', 'a')),
  silent('ASY140', 'a short module with a readable name', callsEnv('log', 'a')),

  fires('ASY150', 'an imported memory', '(module (import "env" "memory" (memory 1)))'),
  fires('ASY150', 'an imported mutable global', '(module (import "env" "g" (global (mut i32))))'),
  silent('ASY150', 'an imported constant', '(module (import "env" "g" (global i32)))'),

  silent('ASY150', 'a memory that threads share', '(module (import "env" "memory" (memory 1 2 shared)))'),

  fires('ASY151', 'a shared memory', '(module (memory 1 2 shared))'),
  silent('ASY151', 'a memory of its own', '(module (memory 1 2))'),

  fires('ASY160', 'emscripten_run_script', callsEnv('emscripten_run_script'), { abi: emscripten }),
  silent('ASY160', 'emscripten_resize_heap', callsEnv('emscripten_resize_heap'), { abi: emscripten }),
  fires('ASY161', 'dlopen', callsEnv('_dlopen_js'), { abi: emscripten }),
  silent('ASY161', 'a name that only begins alike', callsEnv('systematic'), { abi: emscripten }),
  silent('ASY161', 'a dynamic library that needs no other', () => dynamicLibrary('(module)')),
  fires('ASY161', 'a dynamic library that needs another', () => dynamicLibrary('(module)', [2, 3, 1, 1, 0x61]), {
    says: 'the library "a"',
  }),
  fires('ASY162', 'EM_JS in a dynamic library', () => dynamicLibrary(EM_JS), { abi: emscripten }),
  silent('ASY162', 'the same in an executable, whose script has it', EM_JS, { abi: emscripten }),
  silent('ASY162', 'an export that only begins alike', () => dynamicLibrary(EM_JS.replace('js__', 'son_')), {
    abi: emscripten,
  }),
  fires('ASY162', 'EM_ASM', callsEnv('emscripten_asm_const_int'), { abi: emscripten }),
  silent('ASY162', 'abort', callsEnv('abort'), { abi: emscripten }),

  fires('ASY170', 'an interface outside the world', () => component(['wasi:http/outgoing-handler@0.2.0']), {
    abi: { kind: 'component', world: 'wasi:cli/imports@0.2.0' },
    says: 'does not offer',
  }),
  fires('ASY170', 'a version newer than the host', () => component(['wasi:cli/stdout@0.2.4']), {
    abi: { kind: 'component', world: 'wasi:cli/imports@0.2.0' },
    says: 'does not serve',
  }),
  fires('ASY170', 'a missing export', () => component(['wasi:cli/stdout@0.2.0']), {
    abi: { kind: 'component', world: 'wasi:cli/command@0.2.0' },
    says: 'does not export wasi:cli/run',
  }),
  fires('ASY170', 'a world that WASI does not publish', () => component([]), {
    abi: { kind: 'component', world: 'wasi:cli/comand@0.2.0' },
    says: 'nearest: wasi:cli/command',
  }),
  silent('ASY170', 'a world of a host’s own', () => component([]), {
    abi: { kind: 'component', world: 'acme:host/comand@0.2.0' },
  }),
  fires(
    'ASY170',
    'an export of another series',
    () => component(['wasi:io/poll@0.2.0'], { exports: ['wasi:cli/run@0.1.0'] }),
    {
      abi: { kind: 'component', world: 'wasi:cli/command@0.2.0' },
      says: 'of another series than a host of wasi:cli/command@0.2.0 calls',
    },
  ),
  silent(
    'ASY170',
    'an export of another patch',
    () => component(['wasi:io/poll@0.2.0'], { exports: ['wasi:cli/run@0.2.9'] }),
    {
      abi: { kind: 'component', world: 'wasi:cli/command@0.2.0' },
    },
  ),
  silent('ASY170', 'an older version within the series', () => component(['wasi:cli/stdout@0.2.0']), {
    abi: { kind: 'component', world: 'wasi:cli/imports@0.2.6' },
  }),

  fires('ASY380', 'files that the last version did not reach', PATH_OPEN, { baseline: FD_WRITE, capabilities: ['fs'] }),
  silent('ASY380', 'the same function under the hash of another version', wbg('log', 'a'), {
    baseline: wbg('log', 'b'),
    abi: bindgen,
  }),
  fires('ASY380', 'another function of the page', wbg('fetch', 'a'), { baseline: wbg('log', 'a'), abi: bindgen }),
  silent('ASY380', 'files that it did reach', PATH_OPEN, { baseline: PATH_OPEN, capabilities: ['fs'] }),
  silent('ASY380', 'output, which the preset implies', FD_WRITE, { baseline: '(module (memory (export "memory") 1))' }),
  fires('ASY381', 'one more function of a capability it held', callsWasi('fd_read', 'i32 i32 i32 i32'), {
    baseline: FD_WRITE,
  }),
  silent('ASY381', 'the same imports', FD_WRITE, { baseline: FD_WRITE }),
];
