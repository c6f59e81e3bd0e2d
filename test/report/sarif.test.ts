import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '#report/assessment';
import { renderSarif } from '#report/sarif';
import { hostileNames } from './hostile.ts';
import { approved, flagged, rejected, sampleReport } from './samples.ts';

const schemaFile = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const ajv = new Ajv({
  strict: false,
  // One of its patterns is not valid with the u flag.
  unicodeRegExp: false,
  allErrors: true,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'https://example.invalid/') && !/[\s<>"{}|\\^`]/.test(text),
    'date-time': true,
  },
});
// The schema is written in draft 4; all it uses of it means the same in draft 7, except how it names itself.
const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
const validate = ajv.compile(schema);

function problems(sarif: string): unknown[] {
  validate(JSON.parse(sarif));
  return validate.errors ?? [];
}

const onManifest = (assessment: Assessment): Assessment => ({
  ...assessment,
  manifest: {
    path: 'plugins/greet/plugin.yaml',
    locate: (pointer) => (pointer === '/capabilities' ? { line: 7, column: 3 } : undefined),
  },
});

describe('renderSarif', () => {
  it.each([
    ['approved', approved()],
    ['flagged', onManifest(flagged())],
    ['rejected', onManifest(rejected())],
    ['audited', { reports: [sampleReport()] }],
    ['empty', { reports: [] }],
  ])('renders %s as the published schema wants it', async (name, assessment) => {
    const sarif = renderSarif(assessment);
    expect(problems(sarif)).toEqual([]);
    await expect(sarif).toMatchFileSnapshot(`golden/${name}.sarif`);
  });

  it('places results on the manifest line that the fix is for, and keeps the bytes as related places', () => {
    const [first] = JSON.parse(renderSarif(onManifest(flagged()))).runs[0].results;
    expect(first.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'plugins/greet/plugin.yaml', index: 1 },
      region: { startLine: 7, startColumn: 3 },
    });
    expect(first.relatedLocations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'greet.wasm', index: 0 },
      region: { byteOffset: 1234 },
    });
  });

  it('names each artifact by its digest and each result by its finding', () => {
    const assessment = flagged();
    const [run] = JSON.parse(renderSarif(assessment)).runs;
    expect(run.artifacts[0].hashes['sha-256']).toBe(assessment.reports[0]?.subject.digest.slice(7));
    expect(
      run.results.map(
        (result: { partialFingerprints: Record<string, string> }) => result.partialFingerprints['assayFinding/v1'],
      ),
    ).toEqual(assessment.verdict.decision.reasons.map((reason) => reason.fingerprint));
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  it('reports what was settled as suppressed', () => {
    const [run] = JSON.parse(renderSarif(rejected())).runs;
    const settled = run.results.filter((result: { suppressions?: unknown[] }) => result.suppressions !== undefined);
    expect(settled).toHaveLength(1);
    expect(settled[0].suppressions[0]).toMatchObject({ kind: 'external', status: 'accepted' });
  });

  it('stays valid, with relative addresses, whatever the module calls its parts', () => {
    fc.assert(
      fc.property(hostileNames, (names) => {
        const sarif = renderSarif(onManifest(flagged(names)));
        expect(problems(sarif)).toEqual([]);
        for (const artifact of JSON.parse(sarif).runs[0].artifacts) {
          expect(new URL(artifact.location.uri, 'https://example.invalid/').origin).toBe('https://example.invalid');
        }
      }),
      { numRuns: 150 },
    );
  });
});
