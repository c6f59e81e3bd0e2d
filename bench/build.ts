/**
 * What planning and rebuilding cost. Planning 1,000 plugins of which three changed takes under a second; a build from
 * the cache costs under 150 ms over bare Node for a module of 2 MB, and a twentieth of the clean build or less.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plan } from '#stages/plan/plan';
import { readManifest } from '#stages/plan/read-manifest';
import { median, medians, type Row } from './bench.ts';

export const name = 'build';

const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'assay.js');
const ROUNDS = 9;
const CLEAN_ROUNDS = 3;
const PLUGINS = 1_000;

const MANIFEST = (name: string): string => `name: acme/${name}
version: 1.0.0
license: Apache-2.0
abi: { kind: wasi-p1 }
capabilities: [stdio]
builds:
  - toolchain: rust
    source: src/lib.rs
    target: wasm32-wasip1
`;

// Formatting, collections and 2 MB of data: a plugin of ordinary size, not the smallest crate that compiles.
const LIBRARY = `use std::collections::BTreeMap;
static TABLE: &[u8; 2_000_000] = include_bytes!("table.bin");

#[no_mangle]
pub extern "C" fn histogram(seed: u32) -> u32 {
    let mut counts = BTreeMap::new();
    for byte in TABLE.iter() {
        *counts.entry(byte.rotate_left(seed)).or_insert(0u32) += 1;
    }
    println!("{:?}", counts);
    counts.len() as u32
}
`;

function planThousand(): void {
  const texts = Array.from({ length: PLUGINS }, (_, index) => MANIFEST(`p${index}`));
  const manifests = texts.map((text, index) => ({
    folder: `plugins/p${index}`,
    manifest: readManifest(text, { source: `plugins/p${index}/plugin.yaml` }),
  }));
  const changed = [1, 500, 999].map((index) => `plugins/p${index}/src/lib.rs`);
  const { include } = plan({ manifests, changed });
  if (include.length !== changed.length) throw new Error(`${include.length} jobs were planned`);
}

function writePlugin(folder: string): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'plugin.yaml'), MANIFEST('histogram'));
  writeFileSync(
    join(folder, 'Cargo.toml'),
    '[package]\nname = "histogram"\nversion = "1.0.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n',
  );
  writeFileSync(join(folder, 'src', 'lib.rs'), LIBRARY);
  writeFileSync(
    join(folder, 'src', 'table.bin'),
    Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => (at * 7919) % 251)),
  );
}

function node(args: readonly string[], folder: string, cache: string): void {
  const run = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, XDG_CACHE_HOME: `${cache}-home`, ASSAY_CACHE: cache },
  });
  if (run.status !== 0) throw new Error(`${args.join(' ')} exited with ${run.status}: ${run.stdout}${run.stderr}`);
}

export async function run(): Promise<readonly Row[]> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not there: npm run build`);
  const root = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const folder = join(root, 'plugin');
    const empty = join(root, 'empty.mjs');
    const cache = join(root, 'cache');
    writePlugin(folder);
    writeFileSync(empty, '');
    const clean: number[] = [];
    for (let round = 0; round < CLEAN_ROUNDS; round += 1) {
      rmSync(cache, { recursive: true, force: true });
      const begun = performance.now();
      node([CLI, 'build'], folder, cache);
      clean.push(performance.now() - begun);
    }
    const times = medians(
      {
        plan: planThousand,
        bare: () => node([empty], folder, cache),
        cached: () => node([CLI, 'build'], folder, cache),
      },
      ROUNDS,
    );
    return await Promise.resolve([
      { what: `plan 3 changed of ${PLUGINS} plugins`, value: times.plan, unit: 'ms' },
      {
        what: 'assay build, 2 MB from cache',
        value: times.cached,
        unit: 'ms',
        peer: { name: 'bare Node', value: times.bare },
      },
      {
        what: 'assay build, 2 MB from cache',
        value: times.cached,
        unit: 'ms',
        peer: { name: 'clean Rust build', value: median(clean) },
      },
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
