import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { against, auditBytes, auditText, decideOn } from '../../rules/audited.ts';

interface Asc {
  compileString(
    source: string,
    options: { optimizeLevel: number },
  ): Promise<{ binary: Uint8Array | null; stderr: { toString(): string } }>;
}
// Its own types declare a global console that hides Node's, so it is imported without them.
const ASC: string = 'assemblyscript/asc';
const { default: asc } = (await import(ASC)) as { default: Asc };

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-plain-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function compileScript(source: string): Promise<Uint8Array> {
  const { binary, stderr } = await asc.compileString(source, { optimizeLevel: 2 });
  if (binary === null) throw new Error(stderr.toString());
  return binary;
}

describe('an ordinary plugin is approved without a flag under its preset', () => {
  it('AssemblyScript with default flags, exceptions and random numbers', async () => {
    const bytes = await compileScript(`
      export function greet(name: string): string { return "Hello, " + name + "!"; }
      export function dice(): i32 { return <i32>(Math.random() * 6.0) + 1; }
      export function first(values: Array<i32>): i32 { return values[0]; }
    `);
    const verdict = decideOn(await auditBytes(bytes));
    expect(against(verdict)).toEqual([]);
    expect(verdict.decision.outcome).toBe('approve');
  });

  it('hand-written text without imports', async () => {
    const verdict = decideOn(
      await auditText('(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))'),
    );
    expect(verdict.decision.outcome).toBe('approve');
  });

  it('C through zig cc, with printf and malloc', async () => {
    const source = join(folder, 'greet.c');
    await writeFile(
      source,
      '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(int argc, char **argv) {\n  char *name = malloc(64);\n  strcpy(name, argc > 1 ? argv[1] : "world");\n  printf("Hello, %s! %f\\n", name, atof("1.5"));\n  free(name);\n  return 0;\n}\n',
    );
    const output = join(folder, 'greet.wasm');
    await run('npx', ['zig', 'cc', '-target', 'wasm32-wasi', '-Os', '-s', '-o', output, source], {
      env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: join(folder, 'cache') },
    });
    const report = await auditBytes(await readFile(output));
    expect(report.abi.kind).toBe('wasi-p1');
    const verdict = decideOn(report);
    expect(against(verdict)).toEqual([]);
    expect(verdict.decision.outcome).toBe('approve');
  }, 180_000);
});
