import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import wabtFactory from 'wabt';
import * as z from 'zod';
import { engineValidator } from '#adapters/validators/engine';
import { isAssayError } from '#model/errors';
import { readFacts } from '#stages/audit/facts';
import { decodeFacts } from '#wasm/facts';

// The WebAssembly testsuite with proposals, each module as a file.
const ARCHIVE = path.resolve(import.meta.dirname, '../../../shared/suites/webassembly-testsuite.tar.xz');

const ManifestSchema = z.array(
  z.object({
    f: z.string(),
    at: z.number(),
    exp: z.enum(['valid', 'invalid', 'malformed', 'custom']),
    msg: z.string(),
    wasm: z.string().optional(),
  }),
);
type Case = z.infer<typeof ManifestSchema>[number] & { readonly wasm: string };

function unpack(): string | undefined {
  if (!existsSync(ARCHIVE)) return undefined;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'assay-testsuite-'));
  execFileSync('tar', ['-xJf', ARCHIVE, '-C', folder]);
  return path.join(folder, 'out-ts');
}

const suite = unpack();
const cases: Case[] =
  suite === undefined
    ? []
    : ManifestSchema.parse(JSON.parse(readFileSync(path.join(suite, 'manifest.json'), 'utf8'))).flatMap((entry) =>
        entry.wasm === undefined ? [] : [{ ...entry, wasm: entry.wasm }],
      );

afterAll(() => {
  if (suite !== undefined) rmSync(path.dirname(suite), { recursive: true, force: true });
});

const isStandard = ({ f }: Case): boolean => !/^(?:proposals|legacy)\//.test(f);

interface Judgement {
  readonly accepted: boolean;
  /** What is not one of our errors is a crash. */
  readonly thrown?: unknown;
}

async function judge({ wasm }: Case): Promise<Judgement> {
  try {
    await readFacts(new Uint8Array(readFileSync(path.join(suite ?? '', wasm))), { validator: engineValidator });
    return { accepted: true };
  } catch (thrown) {
    return { accepted: false, thrown };
  }
}

async function wrong(expected: Case['exp']): Promise<string[]> {
  const found: string[] = [];
  for (const entry of cases.filter((candidate) => candidate.exp === expected && isStandard(candidate))) {
    const { accepted, thrown } = await judge(entry);
    if (accepted !== (expected === 'valid')) found.push(`${entry.wasm} (${entry.f} at ${entry.at}): ${entry.msg}`);
    else if (!accepted && !(isAssayError(thrown) && thrown.offset !== undefined)) {
      found.push(`${entry.wasm}: no place named in ${String(thrown)}`);
    }
  }
  return found;
}

type Wabt = Awaited<ReturnType<typeof wabtFactory>>;
/** One has no place in its types. */
type WabtFeature = keyof NonNullable<Parameters<Wabt['readWasm']>[1]> | 'multi_memory';

/** What wabt calls each feature, and what it takes for granted with it. */
const WABT_FEATURES: Readonly<Record<string, readonly WabtFeature[]>> = {
  'mutable-globals': ['mutable_globals'],
  'nontrapping-fptoint': ['sat_float_to_int'],
  'sign-ext': ['sign_extension'],
  multivalue: ['multi_value'],
  'bulk-memory': ['bulk_memory'],
  'reference-types': ['reference_types', 'bulk_memory'],
  simd: ['simd'],
  'relaxed-simd': ['relaxed_simd', 'simd'],
  'tail-call': ['tail_call'],
  'extended-const': ['extended_const'],
  'multi-memory': ['multi_memory'],
  memory64: ['memory64'],
  table64: ['memory64'],
  'function-references': ['function_references', 'reference_types', 'bulk_memory'],
  gc: ['gc', 'function_references', 'reference_types', 'bulk_memory'],
  exceptions: ['exceptions', 'reference_types', 'bulk_memory'],
  threads: ['threads'],
};

/** A memory index of a data segment that is padded is no flag, whatever wabt takes it for. */
const WABT_WANTS_MORE = [
  'binary-leb128.84.wasm (binary-leb128.wast): ',
  'binary-leb128.85.wasm (binary-leb128.wast): ',
];

function isValid(wabt: Wabt, bytes: Uint8Array, features: readonly WabtFeature[]): boolean {
  // Some are on unless they are switched off.
  const all = Object.values(WABT_FEATURES).flat();
  try {
    const module = wabt.readWasm(
      bytes,
      Object.fromEntries(all.map((feature) => [feature, features.includes(feature)])),
    );
    try {
      module.validate();
      return true;
    } finally {
      module.destroy();
    }
  } catch {
    return false;
  }
}

describe.skipIf(suite === undefined)('the WebAssembly testsuite (skipped when ../shared/suites is absent)', () => {
  it('is there in full', () => {
    const counts = Object.fromEntries(
      ['valid', 'invalid', 'malformed'].map((expected) => [
        expected,
        cases.filter((entry) => entry.exp === expected && isStandard(entry)).length,
      ]),
    );
    expect(counts).toEqual({ valid: 2503, invalid: 2712, malformed: 711 });
  });

  it('every valid standard module is accepted', async () => {
    expect(await wrong('valid')).toEqual([]);
  });

  it('every invalid standard module is refused with the place', async () => {
    expect(await wrong('invalid')).toEqual([]);
  });

  it('every malformed standard module is refused with the place', async () => {
    expect(await wrong('malformed')).toEqual([]);
  });

  it('wabt reads and validates every module with no other features than those that the facts name', async () => {
    const wabt = await wabtFactory();
    const lacking: string[] = [];
    for (const { wasm, f } of cases.filter((candidate) => candidate.exp === 'valid' && isStandard(candidate))) {
      const bytes = new Uint8Array(readFileSync(path.join(suite ?? '', wasm)));
      if (!isValid(wabt, bytes, Object.values(WABT_FEATURES).flat())) continue;
      const { features } = decodeFacts(bytes);
      const named = features.flatMap((feature) => WABT_FEATURES[feature] ?? []);
      if (!isValid(wabt, bytes, named)) lacking.push(`${wasm} (${f}): ${features.join(' ')}`);
    }
    expect(lacking).toEqual(WABT_WANTS_MORE);
  });

  it('no module of a proposal brings the decoder down', async () => {
    const crashes: string[] = [];
    for (const entry of cases.filter((candidate) => !isStandard(candidate))) {
      const { thrown } = await judge(entry);
      if (thrown !== undefined && !isAssayError(thrown))
        crashes.push(`${entry.wasm}: ${thrown instanceof Error ? thrown.message : typeof thrown}`);
    }
    expect(crashes).toEqual([]);
  });
});
