import { describe, expect, it } from 'vitest';
import { assemblyscript, parseAscDiagnostics } from '#adapters/toolchains/assemblyscript';
import { compile, exportsOf, importsOf } from './compile.ts';

describe('AssemblyScript', () => {
  it('compiles the same bytes in any folder', async () => {
    const sources = { 'src/a.ts': 'export function twice(text: string): string { return text + text; }' };
    const [one, two] = [await compile(assemblyscript, sources), await compile(assemblyscript, sources)];
    expect(one.bytes).toEqual(two.bytes);
    expect(importsOf(one.bytes)).toEqual(['env.abort']);
    expect(one.arguments).toContain('$OUTPUT/module.wasm');
  });

  it('exports its runtime when texts are to be passed', async () => {
    const sources = { 'a.ts': 'export function hi(): string { return "hi"; }' };
    const { bytes } = await compile(assemblyscript, sources, { options: { exportRuntime: true }, optimize: 'speed' });
    expect(exportsOf(bytes)).toEqual(expect.arrayContaining(['hi', '__new', '__pin', 'memory']));
  });

  it('names file, line and column of an error', async () => {
    const sources = { 'src/a.ts': 'export function f(): i32 {\n  return "text";\n}' };
    await expect(compile(assemblyscript, sources)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'src/a.ts', line: 2, column: 10, message: expect.stringContaining('not assignable') }],
    });
  });

  it('reads a place after names that hold brackets and the word itself', () => {
    expect(parseAscDiagnostics('ERROR TS1: no\n └─ in src/in (old)/a.ts(4,10) \n')).toEqual([
      { severity: 'error', message: 'no', file: 'src/in (old)/a.ts', line: 4, column: 10 },
    ]);
  });

  it('comes to an end over megabytes that a transform prints to keep it busy', () => {
    for (const text of ['in (', 'in a(1,', 'ERROR '])
      expect(parseAscDiagnostics(`ERROR x\n${text.repeat(1_000_000)}`).length).toBeLessThan(2);
  });

  it('reads a failure that has no place', () => {
    expect(parseAscDiagnostics("FAILURE File 'a.ts' not found.\n")).toEqual([
      { severity: 'error', message: "File 'a.ts' not found." },
    ]);
  });
});
