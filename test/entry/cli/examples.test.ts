import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest-of';
import { parseJson } from '#model/parse';
import { type Verdict, VerdictSchema } from '#model/verdict';
import { assay, copyExample } from './harness.ts';

async function verdictIn(folder: string): Promise<Verdict> {
  return parseJson(VerdictSchema, await readFile(join(folder, '.assay/verdict.json')), { source: 'verdict.json' });
}

describe('the example plugins', () => {
  it.each(['as-roman', 'c-word-count', 'wat-luhn'])(
    '%s is approved with nothing flagged',
    async (name) => {
      const folder = await copyExample(name);
      const { exit } = await assay(['check', folder]);
      const { decision } = await verdictIn(folder);
      expect(decision.reasons.filter((reason) => reason.outcome !== 'approve')).toEqual([]);
      expect(exit).toBe(0);
    },
    120_000,
  );

  it('c-spell-check is approved once its fix is made, and its bytes stay what they were', async () => {
    const folder = await copyExample('c-spell-check');
    expect((await assay(['check', folder])).exit).toBe(3);
    const before = await verdictIn(folder);
    expect((await assay(['fix', folder])).exit).toBe(0);
    const after = await verdictIn(folder);
    expect(after.decision.outcome).toBe('approve');
    expect(after.decision.artifacts.map(({ digest }) => digest)).toEqual(
      before.decision.artifacts.map(({ digest }) => digest),
    );
    const module = await readFile(join(folder, '.assay/acme.spell-check.wasm'));
    expect(after.decision.artifacts[0]?.digest).toBe(digestOf(module));
  }, 120_000);

  it('wat-unit-convert stays rejected: no manifest excuses what its start section does', async () => {
    const folder = await copyExample('wat-unit-convert');
    expect((await assay(['fix', folder])).exit).toBe(4);
    const { decision } = await verdictIn(folder);
    expect(decision.reasons.filter((reason) => reason.outcome === 'reject').map((reason) => reason.rule)).toEqual([
      'ASY220',
    ]);
  });
});
