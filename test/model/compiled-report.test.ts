import fc from 'fast-check';
import { expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { AuditReportSchema, compiledReportSchema } from '#model/audit-report';
import { parseValue } from '#model/parse';
import { audit } from '#stages/audit/audit';
import { CORPUS, readCorpus } from '../corpus.ts';

type Container = Record<string, unknown>;

/** Every object and array of a value, outermost first. */
function containersOf(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containersOf)];
}

it('the compiled schema of reports takes and refuses what the schema does, with the same problems', async () => {
  const [module] = CORPUS.map(readCorpus).toSorted((a, b) => a.length - b.length);
  const text = JSON.stringify(
    await audit({ bytes: module ?? new Uint8Array(), name: 'm' }, { validator: engineValidator }),
  );
  const compiled = compiledReportSchema();
  const outcome = (schema: typeof AuditReportSchema, value: unknown): unknown => {
    try {
      return parseValue(schema, value, { source: 'report' });
    } catch (error) {
      return error;
    }
  };
  const kept: unknown = JSON.parse(text);
  expect(outcome(compiled, kept)).toEqual(kept);
  let refused = 0;
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.constantFrom('drop', 'add', 'replace'),
      fc.jsonValue(),
      (at, which, how, put) => {
        const value: unknown = JSON.parse(text);
        const containers = containersOf(value);
        const container = containers[at % containers.length] ?? {};
        const keys = Object.keys(container);
        const key = keys[which % Math.max(1, keys.length)] ?? 'unknown';
        if (how === 'drop') delete container[key];
        else container[how === 'add' ? 'unknown' : key] = put;
        const expected = outcome(AuditReportSchema, value);
        if (expected instanceof Error) refused += 1;
        expect(outcome(compiled, value)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(30);
});
