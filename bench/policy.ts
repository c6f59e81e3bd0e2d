/**
 * What it costs to replay another policy over a registry: 10,000 stored versions decided under two policies, with their
 * reports in memory and with reading and checking them from disk as `assay policy simulate` does. Seconds, not minutes.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineValidator } from '#adapters/validators/engine';
import { replay } from '#entry/replay/replay';
import { findStoredVersions } from '#entry/stored-reports';
import type { AuditReport } from '#model/audit-report';
import { flattenPolicy } from '#rules/policy/flatten';
import { audit } from '#stages/audit/audit';
import { simulate, type StoredCase } from '#stages/decide/simulate';
import { CORPUS, corpusName, readCorpus } from '../test/corpus.ts';
import type { Row } from './bench.ts';

export const name = 'policy';

const VERSIONS = 10_000;
const LARGEST = 1_500_000;
const DATE = new Date('2026-01-01T00:00:00Z');

async function reports(): Promise<AuditReport[]> {
  const found: AuditReport[] = [];
  for (const module of CORPUS) {
    const bytes = readCorpus(module);
    if (bytes.length <= LARGEST)
      found.push(await audit({ bytes, name: corpusName(module) }, { validator: engineValidator }));
  }
  return found;
}

function* repeated(some: readonly AuditReport[]): Generator<StoredCase> {
  for (let index = 0; index < VERSIONS; index += 1) {
    const report = some[index % some.length];
    if (report !== undefined) yield { label: `version ${index}`, reports: [{ report, build: '' }], date: DATE };
  }
}

export async function run(): Promise<readonly Row[]> {
  const some = await reports();
  const [before, after] = [flattenPolicy('assay:emscripten@1'), flattenPolicy('assay:strict@1')];
  const begun = performance.now();
  simulate(before, after, repeated(some));
  const inMemory = performance.now() - begun;

  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    for (let index = 0; index < VERSIONS; index += 1) {
      const at = join(folder, `v${index}`);
      const report = some[index % some.length];
      if (report === undefined) throw new Error('there is no report');
      mkdirSync(at);
      // No two files are the same, as in a registry.
      const subject = { ...report.subject, name: `version ${index}` };
      writeFileSync(join(at, 'module.audit.json'), JSON.stringify({ ...report, subject }));
    }
    const start = performance.now();
    const replayed = { before, after, cwd: folder, date: DATE };
    await replay(findStoredVersions(folder, ['.']), replayed, availableParallelism());
    const fromDisk = performance.now() - start;
    return [
      { what: `${VERSIONS} versions, two policies, reports in memory`, value: inMemory, unit: 'ms' },
      { what: `${VERSIONS} versions, two policies, reports from disk`, value: fromDisk, unit: 'ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
