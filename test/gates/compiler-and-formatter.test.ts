import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, scratchTree } from '../../scripts/scratch-tree.ts';

const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const BIOME = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

function run(folder: string, program: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('the type check', () => {
  const lines = [
    'export const unchecked = (list: readonly string[]): string => list[0];',
    'export const absent: { readonly a?: string } = { a: undefined };',
    'export const loose = (value) => value;',
    'export enum Erasable { No }',
  ];

  it('refuses unchecked indexes, explicit undefined, implicit any and syntax that cannot be erased', () => {
    using tree = scratchTree(['package.json', 'tsconfig.json']);
    tree.write('src/model/canary.ts', `${lines.join('\n')}\n`);
    const { status, output } = run(tree.folder, TSC, ['--noEmit']);
    expect(status).not.toBe(0);
    for (const [index, line] of lines.entries()) expect(output, line).toContain(`canary.ts(${index + 1},`);
  });

  it('accepts a sound file', () => {
    using tree = scratchTree(['package.json', 'tsconfig.json']);
    tree.write('src/model/sound.ts', 'export const first = (list: readonly string[]): string => list[0] ?? "";\n');
    expect(run(tree.folder, TSC, ['--noEmit'])).toEqual({ status: 0, output: '' });
  });
});

describe('the format check', () => {
  it('tells a formatted file from one that is not', () => {
    using tree = scratchTree(['biome.json']);
    tree.write('.gitignore', 'node_modules\n');
    tree.write('src/model/canary.ts', "export const thing = 'x';\n");
    expect(run(tree.folder, BIOME, ['format', '--vcs-enabled=false', 'src']).status).toBe(0);
    tree.write('src/model/canary.ts', 'export const thing = "x"\n');
    expect(run(tree.folder, BIOME, ['format', '--vcs-enabled=false', 'src']).status).toBe(1);
  });
});
