import { describe, expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { isAssayError } from '#model/errors';
import { audit } from '#stages/audit/audit';
import { BOMBS } from './bombs/catalogue.ts';
import { auditInChild } from './bombs/run-child.ts';

const SMALL = 100_000;
const LARGE = 6_000_000;
const deep = process.env['ASSAY_DEEP'] === '1';

/** Whether a bomb is larger than what is read at all, whatever its size. */
const isRefused = (name: string) => / beyond counting$|^a million |^empty custom sections$| too deep /.test(name);

async function outcomeOf(bytes: Uint8Array): Promise<string> {
  return audit({ bytes, name: 'bomb' }, { validator: engineValidator }).then(
    () => 'audited',
    (failure: unknown) => (isAssayError(failure) ? failure.code : `crash: ${String(failure)}`),
  );
}

describe('a file that is nothing but', () => {
  it.each(BOMBS)('%s is audited, or refused by a limit', async (name, bomb) => {
    const outcome = await outcomeOf(bomb(SMALL));
    if (isRefused(name)) expect(outcome).toBe('MODULE_LIMIT');
    else expect(outcome).toMatch(/^(?:audited|MODULE_LIMIT)$/);
  });
});

describe.skipIf(!deep)(`${LARGE / 1e6} MB of it (with ASSAY_DEEP=1)`, () => {
  it.each(BOMBS)(
    '%s stay within 200 MB and four times the file',
    (name, bomb) => {
      const bytes = bomb(LARGE);
      const { outcome, megabytes } = auditInChild(bytes);
      if (isRefused(name)) expect(outcome).toBe('MODULE_LIMIT');
      else expect(outcome).toMatch(/^(?:audited|MODULE_LIMIT)$/);
      expect(megabytes).toBeLessThan(200 + 4 * (bytes.length / 1e6));
    },
    120_000,
  );
});
