import { describe, expect, it } from 'vitest';
import { capabilitiesOfImport } from '#rules/capabilities';
import { versionServes } from '#rules/host-abi/worlds';
import { outsideWorld } from '#rules/asy170-outside-world';
import { WASI_PREVIEW1 } from '#rules/host-abi/wasi-preview1';
import type { AbiKind } from '#model/manifest';
import type { ExternType, FuncType, Import } from '#model/module-facts';
import { auditText } from './audited.ts';

function imported(
  module: string,
  name: string,
  type: ExternType = { kind: 'func', type: { params: [], results: [] } },
): Import {
  return { module, name, type, offset: 0 };
}
const func = (params: string[], results: string[] = []): ExternType & { type: FuncType } => ({
  kind: 'func',
  type: { params, results },
});

describe('the capability behind an import', () => {
  it.each<[AbiKind, string, string, readonly string[]]>([
    ['wasi-p1', 'wasi_snapshot_preview1', 'fd_write', ['stdio']],
    ['wasi-p1', 'wasi_unstable', 'path_open', ['fs']],
    ['wasi-p1', 'wasi_snapshot_preview1', 'fd_readdir', ['fs']],
    ['wasi-p1', 'wasi_snapshot_preview1', 'sock_accept', ['net']],
    ['wasi-p1', 'wasi_snapshot_preview1', 'proc_exit', []],
    ['wasi-p1', 'wasi_snapshot_preview1', 'proc_exec', ['host:wasi_snapshot_preview1.proc_exec']],
    ['wasi-p1', 'wasi', 'thread-spawn', ['threads']],
    ['extism', 'extism:host/env', 'http_request', ['net']],
    ['extism', 'extism:host/env', 'alloc', []],
    ['extism', 'extism:host/user', 'kv_read', ['host:extism:host/user.kv_read']],
    ['proxy-wasm', 'env', 'proxy_http_call', ['net']],
    ['proxy-wasm', 'env', 'proxy_get_buffer_bytes', []],
    ['custom', 'env', 'proxy_http_call', ['host:env.proxy_http_call']],
    ['custom', 'wapc', '__host_call', ['host:wapc.__host_call']],
    ['emscripten', 'env', 'emscripten_get_now', ['clock']],
    ['emscripten', 'env', '__syscall_openat', ['fs']],
    ['emscripten', 'env', '__syscall_connect', ['net']],
    ['emscripten', 'env', 'invoke_vii', []],
    ['emscripten', 'env', 'my_js_function', ['host:env.my_js_function']],
    ['emscripten', 'env', '_emval_get_global', ['host:env._emval_get_global']],
    ['emscripten', 'env', '_emval_take_value', []],
    ['emscripten', 'a', 'b', []],
    ['custom', 'env', 'b', ['host:env.b']],
  ])('%s: %s.%s → %j', (abi, module, name, expected) => {
    expect(capabilitiesOfImport(imported(module, name), abi)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ['wasi:cli/stdout@0.2.3', ['stdio']],
    ['wasi:cli/environment@0.2.0', ['env', 'args']],
    ['wasi:filesystem/preopens@0.2.3', ['fs']],
    ['wasi:sockets/tcp@0.2.0', ['net']],
    ['wasi:http/outgoing-handler@0.2.0', ['net']],
    ['wasi:io/streams@0.2.3', []],
    ['acme:store/kv@1.0.0', ['host:acme:store.kv']],
    ['log', ['host:$root.log']],
  ])('component: %s → %j', (name, expected) => {
    expect(capabilitiesOfImport(imported('', name, { kind: 'instance' }), 'component')).toEqual(expected);
  });

  it('AssemblyScript’s abort is none with its own signature, and a host function with another', () => {
    expect(capabilitiesOfImport(imported('env', 'abort', func(['i32', 'i32', 'i32', 'i32'])), 'custom')).toEqual([]);
    expect(capabilitiesOfImport(imported('env', 'abort', func(['i64'])), 'custom')).toEqual(['host:env.abort']);
  });

  it('memories, tables and globals carry none', () => {
    expect(capabilitiesOfImport(imported('env', 'memory', { kind: 'memory', limits: { min: 1 } }), 'custom')).toEqual(
      [],
    );
  });

  it('WASI preview 1 is complete: 45 functions and sock_accept', () => {
    expect(Object.keys(WASI_PREVIEW1)).toHaveLength(46);
  });
});

describe('the abi of a module is inferred from its imports and exports', () => {
  it.each([
    ['wasi-p1', '(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))))'],
    ['extism', '(module (import "extism:host/env" "alloc" (func (param i64) (result i64))))'],
    ['proxy-wasm', '(module (func (export "proxy_abi_version_0_2_1")))'],
    ['emscripten', '(module (import "env" "emscripten_resize_heap" (func (param i32) (result i32))))'],
    ['emscripten', '(module (import "a" "a" (func)) (import "a" "b" (func)))'],
    ['custom', '(module (import "env" "abort" (func (param i32 i32 i32 i32))))'],
    ['custom', '(module)'],
  ])('%s', async (expected, text) => {
    expect((await auditText(text)).abi).toEqual({ kind: expected, inferred: true });
  });
});

describe('worlds', () => {
  it.each([
    ['0.2.3', '0.2.0', true],
    ['0.2.0', '0.2.3', false],
    ['0.2', '0.2.9', true],
    ['0.3.0', '0.2.0', false],
    ['1.4.0', '1.2.0', true],
    ['1.2.0', '1.4.0', false],
    ['2.0.0', '1.0.0', false],
  ])('a host of %s serves an import of %s: %s', (offered, wanted, expected) => {
    expect(versionServes(offered, wanted)).toBe(expected);
  });

  const component = async (imports: string[], exports: string[]) => {
    const report = await auditText('(module)');
    return {
      ...report.facts,
      kind: 'component' as const,
      imports: imports.map((name) => imported('', name, { kind: 'instance' })),
      exports: exports.map((name) => ({ name, type: { kind: 'instance' as const }, index: 0, offset: 0 })),
    };
  };
  const speak = async (world: string, imports: string[], exports: string[]) => {
    const facts = await component(imports, exports);
    const context = {
      bytes: new Uint8Array(),
      facts,
      modules: [],
      sections: [],
      capabilities: [],
      regions: [],
      symbols: [],
      dependencies: { found: [], bomb: undefined, unreadable: [] },
      advisories: undefined,
      abi: { kind: 'component' as const, world },
    };
    return [...outsideWorld.read(context)].map((draft) => draft.message);
  };

  it('a command within its world is silent', async () => {
    expect(
      await speak('wasi:cli/command@0.2.3', ['wasi:cli/stdout@0.2.0', 'wasi:io/streams@0.2.3'], ['wasi:cli/run@0.2.0']),
    ).toEqual([]);
  });

  it.each([
    ['an import outside it', ['wasi:http/outgoing-handler@0.2.0'], ['wasi:cli/run@0.2.0'], 'does not offer'],
    ['an import newer than it', ['wasi:cli/stdout@0.2.9'], ['wasi:cli/run@0.2.0'], 'does not serve'],
    ['a missing export', [], [], 'does not export wasi:cli/run'],
  ])('%s is named', async (_, imports, exports, message) => {
    expect((await speak('wasi:cli/command@0.2.3', imports, exports)).join()).toContain(message);
  });
});
