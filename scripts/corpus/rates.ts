import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ABI_KINDS } from '#model/manifest';
import { parseJson } from '#model/parse';
import { RuleIdSchema } from '#model/policy';
import { OutcomeSchema } from '#model/verdict';

/** Where the measurement of the benign corpus is kept. */
export const RATES = join(import.meta.dirname, '../../bench/corpus/rates.json');

const MeasuredSchema = z.strictObject({
  file: z.string(),
  abi: z.enum(ABI_KINDS),
  outcome: OutcomeSchema,
  /** Rules that kept it from approval. */
  against: z.array(RuleIdSchema),
});

/** What was decided about each module of the corpus, and about each version after the one before it. */
export const CorpusRatesSchema = z.strictObject({
  modules: z.array(MeasuredSchema.extend({ fired: z.array(RuleIdSchema) })),
  updates: z.array(MeasuredSchema),
});
export type CorpusRates = z.infer<typeof CorpusRatesSchema>;

export function readRates(): CorpusRates {
  return parseJson(CorpusRatesSchema, readFileSync(RATES), { source: 'bench/corpus/rates.json' });
}
