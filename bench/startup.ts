/**
 * What it costs to start: bare Node, an action that reads its inputs and finds one wrong, the command line's version.
 * The action may add at most 60 ms to bare Node.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medians, type Row } from './bench.ts';

export const name = 'startup';

const DIST = join(import.meta.dirname, '..', 'dist');
const ROUNDS = 15;

function start(script: string, args: readonly string[], env: Readonly<Record<string, string>>, expected: number): void {
  const run = spawnSync(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  if (run.status !== expected) throw new Error(`${script} exited with ${run.status}: ${run.stdout}${run.stderr}`);
}

export async function run(): Promise<readonly Row[]> {
  const action = join(DIST, 'actions', 'audit.js');
  const cli = join(DIST, 'cli', 'assay.js');
  for (const file of [action, cli]) if (!existsSync(file)) throw new Error(`${file} is not there: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const empty = join(folder, 'empty.mjs');
    const output = join(folder, 'output');
    writeFileSync(empty, '');
    writeFileSync(output, '');
    const wrongInput = { 'INPUT_NO-SUCH-INPUT': 'x', GITHUB_OUTPUT: output, GITHUB_WORKSPACE: folder };
    const times = medians(
      {
        bare: () => start(empty, [], {}, 0),
        action: () => start(action, [], wrongInput, 2),
        version: () => start(cli, ['--version'], {}, 0),
      },
      ROUNDS,
    );
    const peer = { name: 'bare Node', value: times.bare };
    return await Promise.resolve([
      { what: 'an action reads its inputs', value: times.action, unit: 'ms', peer },
      { what: 'assay --version', value: times.version, unit: 'ms', peer },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
