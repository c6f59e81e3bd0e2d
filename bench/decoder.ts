/**
 * What reading and validating modules costs. Whole processes, Node's start included, against Debian's wasm-validate:
 * at least 5 times faster on 10 MB and 8 times on the corpus; 100 KB within 45 ms of bare Node. Warm, decoding with
 * facts against V8's validation of the same bytes: at most as long above 1 MB.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CORPUS, corpusPath } from '../test/corpus.ts';
import { medians, type Row } from './bench.ts';
import { warmRows } from './warm.ts';

export const name = 'decoder';

/** Facts and full validation of the files that are named. */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { engineValidator } from '#adapters/validators/engine';
import { readFacts } from '#stages/audit/facts';
for (const file of process.argv.slice(2)) {
  const { counts } = await readFacts(new Uint8Array(readFileSync(file)), { validator: engineValidator });
  process.stdout.write(counts.functions + ' functions, ' + counts.operators + ' operators\\n');
}`;

const ROUNDS = 7;
const LARGE = 'bin/profiling/canvaskit.wasm';
const SMALL = 'codec/dec/webp_dec.wasm';

function start(command: string, args: readonly string[]): void {
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.error !== undefined || run.status !== 0) {
    throw new Error(`${command} exited with ${run.status}: ${run.stderr}${run.error?.message ?? ''}`);
  }
}

/** wasm-validate takes one file at a time. Modules it refuses (newer features) are left out for both. */
function acceptedByWasmValidate(files: readonly string[]): string[] {
  return files.filter((file) => spawnSync('wasm-validate', ['--enable-all', file]).status === 0);
}

function fileOf(path: string): string {
  const found = CORPUS.find((module) => module.path === path);
  if (found === undefined) throw new Error(`${path} is not in the corpus`);
  return corpusPath(found);
}

async function processes(folder: string): Promise<Row[]> {
  const bundle = join(folder, 'decoder.mjs');
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  await build({
    stdin: { contents: PROGRAM, resolveDir: join(import.meta.dirname, '..', 'src'), loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
  });
  const node = process.execPath;
  const large = fileOf(LARGE);
  const small = fileOf(SMALL);
  const ours = medians(
    {
      bare: () => start(node, [empty]),
      small: () => start(node, [bundle, small]),
      large: () => start(node, [bundle, large]),
    },
    ROUNDS,
  );
  const rows: Row[] = [
    { what: 'process, 138 KB', value: ours.small, unit: 'ms', peer: { name: 'bare Node', value: ours.bare } },
  ];
  if (spawnSync('wasm-validate', ['--version']).status !== 0) {
    return [...rows, { what: 'process, 9.6 MB', value: ours.large, unit: 'ms' }];
  }
  const files = acceptedByWasmValidate(CORPUS.map(corpusPath));
  const both = medians(
    {
      largeOurs: () => start(node, [bundle, large]),
      largeTheirs: () => start('wasm-validate', ['--enable-all', large]),
      corpusOurs: () => start(node, [bundle, ...files]),
      corpusTheirs: () => {
        for (const file of files) start('wasm-validate', ['--enable-all', file]);
      },
    },
    3,
  );
  const peer = (value: number) => ({ name: 'wasm-validate', value });
  return [
    ...rows,
    { what: 'process, 9.6 MB', value: both.largeOurs, unit: 'ms', peer: peer(both.largeTheirs) },
    { what: `process, corpus (${files.length})`, value: both.corpusOurs, unit: 'ms', peer: peer(both.corpusTheirs) },
  ];
}

export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-decoder-'));
  try {
    return [...(await processes(folder)), ...warmRows('facts')];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
