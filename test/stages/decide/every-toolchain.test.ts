import { describe, expect, it } from 'vitest';
import { clang } from '#adapters/toolchains/clang';
import { emscripten } from '#adapters/toolchains/emscripten';
import { go } from '#adapters/toolchains/go';
import { rust } from '#adapters/toolchains/rust';
import { zig } from '#adapters/toolchains/zig';
import { zigCc } from '#adapters/toolchains/zig-cc';
import type { BuildJob } from '#model/build-record';
import type { Toolchain } from '#ports/toolchain';
import { compile, type Sources } from '../../adapters/toolchains/compile.ts';
import { describeInstalled, SLOW_MS } from '../../adapters/toolchains/installed.ts';
import { against, auditBytes, decideOn } from '../../rules/audited.ts';

const C: Sources = {
  'src/a.c':
    '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n' +
    'static char *kept;\n' +
    'int greet(int n) {\n  free(kept);\n  kept = malloc(64);\n  snprintf(kept, 64, "%d of %.2f", n, n / 3.0);\n' +
    '  return printf("%s\\n", kept) + (int)strlen(kept);\n}\n',
};
const CPP: Sources = {
  'src/a.cpp':
    '#include <map>\n#include <string>\n#include <cstdio>\n' +
    'extern "C" int greet(int n) {\n  std::map<int, std::string> names{{1, "one"}, {2, "two"}};\n' +
    '  return std::printf("%s\\n", names[n].c_str());\n}\n',
};
const RUST: Sources = {
  'src/lib.rs':
    'use std::collections::HashMap;\n#[no_mangle]\npub extern "C" fn slug(n: i32) -> i32 {\n' +
    '    let mut seen = HashMap::new();\n    seen.insert(n, format!("{:>8}", n));\n    println!("{:?}", seen);\n' +
    '    n.checked_mul(2).expect("too large")\n}\n',
  'Cargo.toml': '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n',
};
const GO: Sources = {
  'main.go':
    'package main\n\nimport (\n\t"fmt"\n\t"sort"\n\t"strings"\n)\n\n//go:wasmexport words\n' +
    'func words(n int32) int32 {\n\tlist := strings.Fields("b a c")\n\tsort.Strings(list)\n\tfmt.Println(list, n)\n' +
    '\treturn int32(len(list))\n}\n\nfunc main() {}\n',
  'go.mod': 'module example.com/greet\n\ngo 1.24\n',
};
const ZIG: Sources = {
  'src/main.zig': 'export fn twice(n: i32) i32 {\n    return n *% 2;\n}\n',
};

/** Nothing declared, the preset of the abi that the bytes show. */
async function expectApproved(toolchain: Toolchain, sources: Sources, job: Partial<BuildJob>): Promise<void> {
  const { bytes } = await compile(toolchain, sources, job);
  const verdict = decideOn(await auditBytes(bytes));
  expect(against(verdict)).toEqual([]);
  expect(verdict.decision.outcome).toBe('approve');
}

const EXPORTS = { exports: ['greet'] };
const HOW = ['size', 'speed', 'debug'] as const;

describe('an ordinary plugin of every toolchain is approved with nothing declared and nothing flagged', () => {
  // Each way compiles the C library anew, which takes zig half a minute.
  it.each(['size', 'speed'] as const)('C by zig cc, for %s', { timeout: SLOW_MS }, async (optimize) =>
    expectApproved(zigCc, C, { optimize, options: EXPORTS }),
  );
  it.each(HOW)('Zig, for %s', { timeout: SLOW_MS }, async (optimize) => expectApproved(zig, ZIG, { optimize }));
});

await describeInstalled(clang, () => {
  it.each(HOW)('C by clang and wasi-libc, for %s', async (optimize) =>
    expectApproved(clang, C, { optimize, options: EXPORTS }),
  );
});

await describeInstalled(emscripten, () => {
  it.each(HOW)('C by Emscripten, standalone, for %s', async (optimize) =>
    expectApproved(emscripten, C, { optimize, options: EXPORTS }),
  );
  it('C++ by Emscripten', async () => expectApproved(emscripten, CPP, { options: EXPORTS }));
  it('C by Emscripten with its JavaScript', async () =>
    expectApproved(emscripten, C, { options: { ...EXPORTS, standalone: false } }));
});

await describeInstalled(rust, () => {
  it.each(HOW)('Rust for WASI, for %s', async (optimize) => expectApproved(rust, RUST, { optimize }));
  it('Rust for a bare host', async () => expectApproved(rust, RUST, { target: 'wasm32-unknown-unknown' }));
});

await describeInstalled(go, () => {
  it.each(HOW)('Go, as a reactor, for %s', async (optimize) => expectApproved(go, GO, { optimize }));
});
