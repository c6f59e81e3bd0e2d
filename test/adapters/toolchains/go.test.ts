import { expect, it } from 'vitest';
import { go } from '#adapters/toolchains/go';
import { compile, exportsOf, importsOf } from './compile.ts';
import { describeInstalled } from './installed.ts';

const MODULE = { 'main.go': '', 'go.mod': 'module example.com/greet\n\ngo 1.24\n' };

await describeInstalled(go, () => {
  it('compiles a reactor to the same bytes in any folder', async () => {
    const main =
      'package main\n\n//go:wasmexport twice\nfunc twice(n int32) int32 { return n * 2 }\n\nfunc main() {}\n';
    const sources = { ...MODULE, 'main.go': main };
    const [one, two] = [await compile(go, sources), await compile(go, sources)];
    expect(one.bytes).toEqual(two.bytes);
    expect(exportsOf(one.bytes)).toEqual(expect.arrayContaining(['_initialize', 'memory', 'twice']));
    expect(importsOf(one.bytes)).toContain('wasi_snapshot_preview1.fd_write');
    const text = Buffer.from(one.bytes).toString('latin1');
    expect(text).not.toContain('assay-test');
  });

  it('names file, line and column of an error', async () => {
    const sources = { ...MODULE, 'main.go': 'package main\n\nfunc main() {\n\tmissing()\n}\n' };
    await expect(compile(go, sources)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'main.go', line: 4, column: 2, message: 'undefined: missing' }],
    });
  });

  it('says how a module of Go begins where go.mod is missing', async () => {
    await expect(compile(go, { 'main.go': 'package main\n\nfunc main() {}\n' })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      hint: expect.stringContaining('go mod init'),
    });
  });

  it('does not fetch what go.sum does not list', async () => {
    const main = 'package main\n\nimport _ "example.com/nowhere"\n\nfunc main() {}\n';
    await expect(compile(go, { ...MODULE, 'main.go': main })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      message: expect.stringContaining('example.com/nowhere'),
    });
  });
});
