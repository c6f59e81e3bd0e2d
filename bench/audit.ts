/**
 * What a whole audit costs: facts, reachability and every read rule, warm, against V8's validation of the same bytes.
 * The aim is one and a half times as long above 1 MB. The audit's own validation by the engine is left out: it is the
 * peer. V8 validates on every core that is free; `node --single-threaded bench/run.ts audit` gives both one thread.
 */
import type { Validator } from '#ports/validator';
import { audit } from '#stages/audit/audit';
import { CORPUS, corpusName, readCorpus } from '../test/corpus.ts';
import { median, type Row } from './bench.ts';

export const name = 'audit';

const ROUNDS = 9;
const WARM_BYTES = 1_000_000;
const unchecked: Validator = {
  engine: 'none',
  validateModule: () => undefined,
  reviewModule: async () => undefined,
  validateComponent: async () => undefined,
  lacksFeature: () => false,
  lacksComponentFeature: async () => false,
};

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const module of CORPUS) {
    const bytes = readCorpus(module);
    if (bytes.length <= WARM_BYTES) continue;
    const label = corpusName(module).slice(-36);
    const audits: number[] = [];
    const validations: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const begun = performance.now();
      await audit({ bytes, name: label }, { validator: unchecked });
      const middle = performance.now();
      WebAssembly.validate(bytes);
      if (round === 0) continue;
      audits.push(middle - begun);
      validations.push(performance.now() - middle);
    }
    rows.push({
      what: `warm, ${label}`,
      value: median(audits),
      unit: 'ms',
      peer: { name: 'V8 validate', value: median(validations) },
    });
  }
  return rows;
}
