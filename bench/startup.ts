/**
 * What it costs to start: bare Node, an action that reads its inputs and finds one wrong, the command line's version,
 * and the audit of a module of about 100 kB. The action may add at most 60 ms to bare Node, the audit 45 ms.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORPUS, corpusPath } from '../test/corpus.ts';
import { medians, type Row } from './bench.ts';

export const name = 'startup';

const DIST = join(import.meta.dirname, '..', 'dist');
const ROUNDS = 15;
const AUDITED_BYTES = 100_000;

function moduleOfAbout(bytes: number): { readonly path: string; readonly size: number } {
  const distance = ({ size }: { readonly size: number }): number => Math.abs(size - bytes);
  const [nearest] = CORPUS.map(corpusPath)
    .map((path) => ({ path, size: statSync(path).size }))
    .toSorted((a, b) => distance(a) - distance(b));
  if (nearest === undefined) throw new Error('the corpus is empty');
  return nearest;
}

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
    const audited = moduleOfAbout(AUDITED_BYTES);
    const user = { HOME: folder };
    const times = medians(
      {
        bare: () => start(empty, [], {}, 0),
        action: () => start(action, [], wrongInput, 2),
        version: () => start(cli, ['--version'], user, 0),
        audit: () => start(cli, ['audit', audited.path], user, 0),
      },
      ROUNDS,
    );
    const peer = { name: 'bare Node', value: times.bare };
    return await Promise.resolve([
      { what: 'an action reads its inputs', value: times.action, unit: 'ms', peer },
      { what: 'assay --version', value: times.version, unit: 'ms', peer },
      { what: `assay audit, ${Math.round(audited.size / 1000)} kB`, value: times.audit, unit: 'ms', peer },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
