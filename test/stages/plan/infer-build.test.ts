import { describe, expect, it } from 'vitest';
import { ManifestSchema, type ToolchainName } from '#model/manifest';
import { inferBuild } from '#stages/plan/infer-build';

function infer(files: Record<string, string>, wanted?: ToolchainName) {
  return inferBuild(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    wanted,
  );
}

describe('inferBuild', () => {
  it('asks for the member where the folder is a workspace of crates', () => {
    expect(() =>
      infer({ 'Cargo.toml': '[workspace]\nmembers = ["a"]', 'a/Cargo.toml': '', 'a/src/lib.rs': '' }),
    ).toThrow(
      expect.objectContaining({ code: 'TOOLCHAIN_UNKNOWN', hint: expect.stringContaining('assay init MEMBER') }),
    );
  });

  it.each([
    ['a wat file', { 'a.wat': '(module)' }, { toolchain: 'wat', source: 'a.wat' }, 'custom'],
    [
      'a C library with its exports',
      {
        'src/a.c':
          '#include <stdint.h>\nstatic int helper(int a) { return a; }\nuint32_t count(const char *t, uint32_t n) {\n}',
      },
      { toolchain: 'zig-cc', source: 'src/a.c', options: { exports: ['malloc', 'free', 'count'] } },
      'wasi-p1',
    ],
    [
      'a C program',
      { 'main.c': 'int main(void) { return 0; }', 'lib.c': 'int twice(int n) { return 2 * n; }' },
      { toolchain: 'zig-cc', source: ['main.c', 'lib.c'], options: { command: true } },
      'wasi-p1',
    ],
    [
      'Emscripten sources',
      { 'a.cpp': '#include <emscripten.h>' },
      { toolchain: 'emscripten', source: 'a.cpp' },
      'emscripten',
    ],
    [
      'AssemblyScript that passes strings',
      { 'src/a.ts': 'export function hi(n: i32): string { return ""; }' },
      { toolchain: 'assemblyscript', source: 'src/a.ts', options: { exportRuntime: true } },
      'custom',
    ],
    [
      'a Rust library without system calls',
      { 'Cargo.toml': '[package]', 'src/lib.rs': 'pub extern "C" fn f() {}' },
      { toolchain: 'rust', source: 'src/lib.rs', target: 'wasm32-unknown-unknown' },
      'custom',
    ],
    [
      'an Extism plugin in Rust',
      { 'Cargo.toml': '[dependencies]\nextism-pdk = "1"', 'src/lib.rs': '' },
      { toolchain: 'rust', source: 'src/lib.rs', target: 'wasm32-unknown-unknown' },
      'extism',
    ],
    [
      'a library for JavaScript in Rust',
      { 'Cargo.toml': '[dependencies]\nwasm-bindgen = "0.2"', 'src/lib.rs': 'use std::io;' },
      { toolchain: 'rust', source: 'src/lib.rs', target: 'wasm32-unknown-unknown' },
      'wasm-bindgen',
    ],
    [
      'C++ that Embind binds',
      { 'api.cpp': '#include <emscripten/bind.h>\nEMSCRIPTEN_BINDINGS(api) {}\n' },
      { toolchain: 'emscripten', source: 'api.cpp', options: { standalone: false, flags: ['-lembind'] } },
      'emscripten',
    ],
    [
      'a Go reactor',
      { 'go.mod': 'module x', 'main.go': 'package main\n\n//go:wasmexport add\nfunc add() {}' },
      { toolchain: 'go', source: 'main.go' },
      'wasi-p1',
    ],
    [
      'a freestanding Zig file',
      { 'src/main.zig': 'export fn f() void {}' },
      { toolchain: 'zig', source: 'src/main.zig', target: 'wasm32-freestanding' },
      'custom',
    ],
    [
      'a JavaScript component',
      { 'app.js': 'export const run = () => 1;', 'wit/world.wit': 'world app {}' },
      { toolchain: 'componentize-js', source: 'app.js', options: { wit: 'wit/world.wit' } },
      'component',
    ],
    [
      'a JavaScript component with a package, beside a file it imports',
      {
        'src/index.js':
          'import slugify from "slugify";\nimport { log } from "wasi:logging/log";\nexport const run = () => slugify("a");',
        'src/other.js': 'export const other = 1;',
        'wit/world.wit': 'world app {}',
      },
      { toolchain: 'componentize-js', source: 'src/index.js', options: { wit: 'wit/world.wit', bundle: true } },
      'component',
    ],
    [
      'a C library with a folder of headers',
      { 'src/a.c': 'int f(void) { return 1; }', 'include/lib/a.h': '' },
      { toolchain: 'zig-cc', source: 'src/a.c', options: { includes: ['include'], exports: ['f'] } },
      'wasi-p1',
    ],
    [
      'a Rust program beside its library',
      { 'Cargo.toml': '[package]\nname = "a"', 'src/lib.rs': '', 'src/main.rs': 'fn main() {}' },
      { toolchain: 'rust', source: 'src/main.rs', target: 'wasm32-wasip1' },
      'wasi-p1',
    ],
    [
      'a Rust library at a place and for a target that its own files say',
      {
        'Cargo.toml': '[lib]\ncrate-type = ["cdylib"]\npath = "lib/a.rs"\n',
        'lib/a.rs': '',
        '.cargo/config.toml': '[build]\ntarget = "wasm32-wasi"\n',
      },
      { toolchain: 'rust', source: 'lib/a.rs', target: 'wasm32-wasip1' },
      'wasi-p1',
    ],
    [
      'a Go reactor whose module lies above it, past vendored programs',
      {
        'main.go': 'package main\n\n//go:wasmexport f\nfunc f() {}',
        'a/tool.go': 'package main',
        'vendor/x/a.go': 'package main',
      },
      { toolchain: 'go', source: 'main.go' },
      'wasi-p1',
    ],
  ])('recognises %s', (_what, files, build, abi) => {
    const inferred = infer(files);
    expect(inferred.build).toEqual(build);
    expect(inferred.abi).toBe(abi);
    ManifestSchema.parse({ name: 'acme/greet', version: '1.0.0', abi: { kind: abi }, builds: [inferred.build] });
  });

  it('asks which when two languages fit', () => {
    expect(() => infer({ 'a.wat': '(module)', 'b.c': 'int f(void) { return 1; }' })).toThrow(
      expect.objectContaining({ code: 'TOOLCHAIN_UNKNOWN', hint: expect.stringContaining('--toolchain wat') }),
    );
  });

  it.each([
    ['wat', { 'a.wat': '(module)', 'b.c': 'int f(void) { return 1; }' }, 'a.wat', 'custom'],
    ['clang', { 'a.wat': '(module)', 'b.c': 'int f(void) { return 1; }' }, 'b.c', 'wasi-p1'],
    ['emscripten', { 'b.c': 'int f(void) { return 1; }' }, 'b.c', 'emscripten'],
    ['assemblyscript', { 'index.ts': 'export function shout(s: string): string { return s; }' }, 'index.ts', 'custom'],
    ['tinygo', { 'main.go': 'package main\nfunc main() {}', 'go.mod': 'module x' }, 'main.go', 'wasi-p1'],
  ] as const)('takes %s where that is said', (wanted, files, source, abi) => {
    expect(infer(files, wanted)).toMatchObject({ build: { toolchain: wanted, source }, abi });
  });

  it.each(['rust', 'zig', 'componentize-js', 'command'] as const)('finds nothing for %s in C', (wanted) => {
    expect(() => infer({ 'b.c': 'int f(void) { return 1; }' }, wanted)).toThrow(`no sources for ${wanted} were found`);
  });

  it('asks whether a script of no package is AssemblyScript', () => {
    expect(() => infer({ 'index.ts': 'export function shout(s: string): string { return s; }' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('assay init --toolchain assemblyscript') }),
    );
  });

  it('asks for the world of a plugin in JavaScript', () => {
    expect(() => infer({ 'index.js': 'export function add(a, b) { return a + b; }' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('.wit file of its world beside index.js') }),
    );
  });

  it('says what it looked for when nothing fits', () => {
    expect(() => infer({ 'README.md': '# hi' })).toThrow(expect.objectContaining({ code: 'TOOLCHAIN_UNKNOWN' }));
  });
});
