import { readFileSync } from 'node:fs';
import path from 'node:path';
import wabtFactory from 'wabt';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { engineValidator } from '#adapters/validators/engine';
import { readFacts } from '#stages/audit/facts';
import { decodeFacts } from '#wasm/facts';
import { CORPUS, corpusName, corpusPath, readCorpus } from '../corpus.ts';

const wabt = await wabtFactory();

/** Above this the text form takes many seconds and gigabytes. */
const TEXT_OPERATORS = 1_500_000;

const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  annotations: false,
  memory64: true,
  gc: true,
};

interface Counts {
  readonly functions: number;
  readonly operators: number;
  readonly calls: number;
  readonly indirectCalls: number;
}

/** wabt's flat text has one line for each instruction, but for the last `end` of a function. */
function countsByWabt(bytes: Uint8Array): Counts {
  const module = wabt.readWasm(bytes, FEATURES);
  const text = module.toText({ foldExprs: false, inlineExport: false });
  module.destroy();
  const counts = { functions: 0, operators: 0, calls: 0, indirectCalls: 0 };
  for (const line of text.split('\n')) {
    const start = line.trimStart();
    if (start.startsWith('(func ')) {
      counts.functions++;
      counts.operators++;
    } else if (/^[a-z]/.test(start)) {
      counts.operators++;
      if (/^(?:return_)?call /.test(start)) counts.calls++;
      else if (/^(?:return_)?call_indirect /.test(start)) counts.indirectCalls++;
    }
  }
  return counts;
}

describe('the corpus', () => {
  it('holds at least 25 modules of the versions that are named', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(25);
    for (const module of CORPUS) {
      const manifest = path.join(corpusPath(module).slice(0, -module.path.length), 'package.json');
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
      expect(`${module.package} ${version.split('+')[0]}`).toBe(`${module.package} ${module.version}`);
    }
  });
});

describe.each(CORPUS.map((module) => ({ name: corpusName(module), module })))('$name', ({ module }) => {
  const bytes = readCorpus(module);

  it('is valid and has the imports, exports and custom sections that V8 sees', async () => {
    const facts = await readFacts(bytes, { validator: engineValidator });
    const engine = new WebAssembly.Module(bytes);
    const kindOf = (kind: string) => (kind === 'func' ? 'function' : kind);
    expect(facts.unvalidated).toBeUndefined();
    expect(
      facts.imports.map(({ module: from, name, type }) => ({ module: from, name, kind: kindOf(type.kind) })),
    ).toEqual(WebAssembly.Module.imports(engine));
    expect(facts.exports.map(({ name, type }) => ({ name, kind: kindOf(type.kind) }))).toEqual(
      WebAssembly.Module.exports(engine),
    );
    for (const { custom, offset, size } of facts.sections) {
      if (custom === undefined) continue;
      const contents = WebAssembly.Module.customSections(engine, custom).map((section) => section.byteLength);
      expect(contents).toContain(size - Buffer.byteLength(custom) - (Buffer.byteLength(custom) < 128 ? 1 : 2));
      expect(offset + size).toBeLessThanOrEqual(bytes.length);
    }
  });
});

const counted = CORPUS.filter((module) => decodeFacts(readCorpus(module)).counts.operators <= TEXT_OPERATORS);

it('at least 25 modules are counted by wabt too', () => {
  expect(counted.length).toBeGreaterThanOrEqual(25);
});

it.each(counted.map((module) => [corpusName(module), module]))(
  '%s has the functions, operators and calls that wabt counts',
  (_name, module) => {
    const bytes = readCorpus(module);
    const { counts } = decodeFacts(bytes);
    expect({
      functions: counts.functions - counts.importedFunctions,
      operators: counts.operators,
      calls: counts.directCalls,
      indirectCalls: counts.indirectCalls,
    }).toEqual(countsByWabt(bytes));
  },
);
