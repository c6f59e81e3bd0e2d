import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { section } from '../../binary.ts';
import { component, dynamicLibrary } from '../audited.ts';
import { ANY_IMPORT, byHand, GITHUB, type Hostile, MEMORY, named, WASI, withSection } from './trick.ts';

const WRITE = '(func (param i32 i32 i32 i32) (result i32))';
const PROXY = `${MEMORY} (func (export "proxy_abi_version_0_2_1")) (func (export "malloc") (param i32) (result i32) (i32.const 0))`;

/** Imports, exports and sections that are not what they seem. */
export const NAMES: readonly Hostile[] = [
  {
    trick: 'WASI with a NUL behind it',
    rule: 'ASY100',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}\\00" "fd_write" ${WRITE}) ${MEMORY})`,
  },
  {
    trick: 'fd_write with a NUL behind it',
    rule: 'ASY111',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "fd_write\\00" ${WRITE}) ${MEMORY})`,
  },
  {
    trick: 'fd_write in capitals',
    rule: 'ASY111',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "FD_WRITE" ${WRITE}) ${MEMORY})`,
  },
  {
    trick: 'a socket function of another runtime under WASI’s name',
    rule: 'ASY111',
    abi: 'wasi-p1',
    declares: ['net'],
    outcome: 'reject',
    module: `(module (import "${WASI}" "sock_open" (func (param i32 i32 i32) (result i32))) ${MEMORY})`,
  },
  {
    trick: 'a global under WASI’s name',
    rule: 'ASY111',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "secret" (global i32)))`,
  },
  {
    trick: 'path_open as a table',
    rule: 'ASY110',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "${WASI}" "path_open" (table 1 funcref)) ${MEMORY})`,
  },
  {
    trick: 'files through the older WASI',
    rule: 'ASY122',
    abi: 'wasi-p1',
    module: `(module (import "wasi_unstable" "path_unlink_file" (func $f (param i32 i32 i32) (result i32))) ${MEMORY} (func (export "run") (drop (call $f (i32.const 3) (i32.const 0) (i32.const 4)))))`,
  },
  {
    trick: 'fd_write of env',
    rule: 'ASY100',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: `(module (import "env" "fd_write" ${WRITE}) ${MEMORY})`,
  },
  {
    trick: 'a system call of Emscripten in a WASI module',
    rule: 'ASY100',
    abi: 'wasi-p1',
    declares: ['fs'],
    outcome: 'reject',
    module: `(module (import "env" "__syscall_openat" ${WRITE}) ${MEMORY})`,
  },
  {
    trick: 'a system call that opens files, undeclared',
    rule: 'ASY122',
    abi: 'emscripten',
    module: `(module (import "env" "__syscall_openat" (func $f (param i32 i32 i32 i32) (result i32))) ${MEMORY} (func (export "run") (drop (call $f (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))`,
  },
  {
    trick: 'the eval of the page, found by its name',
    rule: 'ASY122',
    abi: 'emscripten',
    module: `(module (import "env" "_emval_get_global" (func $global (param i32) (result i32))) (import "env" "_emval_call" (func $call (param i32 i32 i32 i32) (result i32))) ${MEMORY} (data (i32.const 8) "eval\\00") (func (export "run") (drop (call $call (call $global (i32.const 8)) (i32.const 0) (i32.const 0) (i32.const 0)))))`,
  },
  {
    trick: 'the table address of a system call',
    rule: 'ASY122',
    abi: 'emscripten',
    module: '(module (import "GOT.func" "__syscall_openat" (global (mut i32))) (func (export "run")))',
  },
  {
    trick: 'the table address of a system call beside a number of its name',
    rule: 'ASY122',
    abi: 'emscripten',
    module:
      '(module (import "GOT.func" "__syscall_openat" (global (mut i32))) (global (export "__syscall_openat") i32 (i32.const 0)) (func (export "run")))',
  },
  {
    trick: 'the table address of run_script',
    rule: 'ASY160',
    abi: 'emscripten',
    declares: ['host:*'],
    outcome: 'reject',
    module: '(module (import "GOT.func" "emscripten_run_script" (global (mut i32))) (func (export "run")))',
  },
  {
    trick: 'run_script in the module that a minifier writes',
    rule: 'ASY160',
    abi: 'emscripten',
    declares: ['host:*'],
    outcome: 'reject',
    module:
      '(module (import "a" "emscripten_run_script" (func $f (param i32))) (func (export "run") (call $f (i32.const 0))))',
  },
  {
    trick: 'run_script as the start function',
    rule: 'ASY160',
    abi: 'emscripten',
    declares: ['host:*'],
    outcome: 'reject',
    module: '(module (import "env" "emscripten_run_script" (func $f)) (start $f))',
  },
  {
    trick: 'EM_JS for a dynamic loader',
    rule: 'ASY162',
    abi: 'emscripten',
    declares: ['host:*'],
    module: () =>
      dynamicLibrary(
        `(module ${MEMORY} (global i32 (i32.const 0)) (export "__em_js__evil" (global 0)) (data (i32.const 0) "()<::>{ fetch('/') }"))`,
      ),
  },
  {
    trick: 'a shared library that the loader brings along',
    rule: 'ASY161',
    abi: 'emscripten',
    module: () => {
      const library = named('libevil.so');
      return dynamicLibrary('(module (func (export "run")))', [2, library.length + 1, 1, ...library]);
    },
  },
  {
    trick: 'abort with another signature than the one that is listed',
    rule: 'ASY100',
    abi: 'custom',
    declares: ['host:env.abort'],
    outcome: 'reject',
    module:
      '(module (import "env" "abort" (func $f (param i32 i32) (result i32))) (func (export "run") (drop (call $f (i32.const 0) (i32.const 0)))))',
  },
  {
    trick: 'seed as a table',
    rule: 'ASY100',
    abi: 'custom',
    outcome: 'reject',
    module: '(module (import "env" "seed" (table 1 funcref)))',
  },
  {
    trick: 'a function that Proxy-Wasm does not have',
    rule: 'ASY100',
    abi: 'proxy-wasm',
    declares: ['host:env.proxy_exec'],
    outcome: 'reject',
    module: `(module (import "env" "proxy_exec" (func $f)) ${PROXY} (func (export "proxy_on_tick") (param i32) (call $f)))`,
  },
  {
    trick: 'proxy_http_call with two parameters',
    rule: 'ASY110',
    abi: 'proxy-wasm',
    declares: ['net'],
    outcome: 'reject',
    module: `(module (import "env" "proxy_http_call" (func (param i32 i32) (result i32))) ${PROXY})`,
  },
  {
    trick: 'http_request as a function of the application',
    rule: 'ASY121',
    abi: 'extism',
    declares: ['host:extism:host/user.http_request'],
    module:
      '(module (import "extism:host/user" "http_request" (func $f (param i64) (result i64))) (func (export "run") (result i32) (drop (call $f (i64.const 0))) (i32.const 0)))',
  },
  {
    trick: 'Extism with a capital',
    rule: 'ASY100',
    abi: 'extism',
    outcome: 'reject',
    module: '(module (import "Extism:host/env" "http_request" (func (param i64 i64) (result i64))))',
  },
  {
    trick: 'a module without a name, whose function reads like one of WASI',
    rule: 'ASY100',
    abi: 'wasi-p1',
    declares: ['host:$root.wasi_snapshot_preview1.proc_exec', 'host:%-.wasi_snapshot_preview1.proc_exec'],
    outcome: 'reject',
    module: `(module (import "" "${WASI}.proc_exec" (func $f)) ${MEMORY} (func (export "run") (call $f)))`,
  },
  {
    trick: 'a module without a name, whose function is called like a quiet interface',
    rule: 'ASY122',
    abi: 'custom',
    policy: ANY_IMPORT,
    module: '(module (import "" "wasi:io/streams@0.2.0" (func $f)) (func (export "run") (call $f)))',
  },
  {
    trick: 'WASIX',
    rule: 'ASY100',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: '(module (import "wasix_32v1" "proc_exec" (func (param i32))))',
  },
  {
    trick: 'sockets of WASI 0.2 in a core module',
    rule: 'ASY100',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: '(module (import "wasi:sockets/tcp@0.2.0" "[method]tcp-socket.start-connect" (func)))',
  },
  {
    trick: 'a name of a megabyte',
    rule: 'ASY30',
    abi: 'custom',
    outcome: 'reject',
    module: byHand(section(1, [1, 0x60, 0, 0]), section(2, [1, ...named('env'), ...named('a'.repeat(1 << 20)), 0, 0])),
  },
  {
    trick: 'a name that is no UTF-8',
    rule: 'ASY10',
    abi: 'custom',
    outcome: 'reject',
    module: byHand(section(1, [1, 0x60, 0, 0]), section(2, [1, 2, 0xff, 0xfe, 1, 97, 0, 0])),
  },
  {
    trick: 'an interface that WASI does not have',
    rule: 'ASY100',
    abi: 'component',
    outcome: 'reject',
    module: () => component(['wasi:io/evil@0.2.0']),
  },
  {
    trick: 'a package one letter off',
    rule: 'ASY100',
    abi: 'component',
    declares: ['net'],
    outcome: 'reject',
    module: () => component(['wasi:socket/tcp@0.2.0']),
  },
  {
    trick: 'a version that WASI does not have',
    rule: 'ASY100',
    abi: 'component',
    outcome: 'reject',
    module: () => component(['wasi:cli/exit@99.0.0']),
  },
  {
    trick: 'code of the host’s under the name of an interface',
    rule: 'ASY110',
    abi: 'component',
    outcome: 'reject',
    module: () =>
      parse(`(component (import "wasi:cli/stdout@0.2.0" (core module $code (export "run" (func))))
        (core instance $m (instantiate $code)) (func $run (canon lift (core func $m "run"))) (export "run" (func $run)))`),
  },
  {
    trick: 'files in a component, undeclared',
    rule: 'ASY122',
    abi: 'component',
    module: () =>
      parse(`(component (import "wasi:filesystem/types@0.2.0" (instance $fs (export "open" (func))))
        (alias export $fs "open" (func $open)) (core func $lowered (canon lower (func $open)))
        (core module $main (import "fs" "open" (func $open)) (func (export "run") call $open))
        (core instance $fs (export "open" (func $lowered)))
        (core instance $main (instantiate $main (with "fs" (instance $fs))))
        (func $run (canon lift (core func $main "run"))) (export "run" (func $run)))`),
  },
  {
    trick: 'a newer series than the world',
    rule: 'ASY170',
    abi: 'component',
    world: 'wasi:cli/imports@0.2.0',
    outcome: 'reject',
    module: () => component(['wasi:cli/stdout@0.3.0']),
  },
  {
    trick: 'a core module that says it is a component',
    rule: 'ASY182',
    abi: 'component',
    outcome: 'reject',
    module: '(module (func (export "run")))',
  },
  {
    trick: 'a component that says it is a WASI module',
    rule: 'ASY182',
    abi: 'wasi-p1',
    outcome: 'reject',
    module: () => component([]),
  },
  {
    trick: 'a token in the name section',
    rule: 'ASY310',
    abi: 'custom',
    module: withSection('name', Uint8Array.from([0, named(GITHUB).length, ...named(GITHUB)])),
  },
];
