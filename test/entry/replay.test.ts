import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { replay } from '#entry/replay/replay';
import { findStoredVersions } from '#entry/stored-reports';
import { flattenPolicy } from '#rules/policy/flatten';
import { audit } from '#stages/audit/audit';
import { CORPUS, readCorpus } from '../corpus.ts';

const VERSIONS = 450;

let folder = '';
const replayed = () => ({
  before: flattenPolicy('assay:emscripten@1'),
  after: flattenPolicy('assay:strict@1'),
  cwd: folder,
  date: new Date('2026-01-01T00:00:00Z'),
});

function reportPath(index: number): string {
  return join(folder, `v${String(index).padStart(3, '0')}`, 'module.audit.json');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-replay-'));
  const smallest = CORPUS.map(readCorpus).toSorted((a, b) => a.length - b.length);
  const kinds = await Promise.all(
    smallest.slice(0, 4).map((bytes) => audit({ bytes, name: 'module' }, { validator: engineValidator })),
  );
  for (let index = 0; index < VERSIONS; index += 1) {
    mkdirSync(join(reportPath(index), '..'));
    writeFileSync(reportPath(index), JSON.stringify(kinds[index % kinds.length]));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('replaying policies over stored versions', () => {
  it('gives the same on two threads as on one', async () => {
    const versions = findStoredVersions(folder, ['.']);
    const alone = await replay(versions, replayed(), 1);
    expect(alone.cases).toBe(VERSIONS);
    expect(alone.flips.length).toBeGreaterThan(0);
    expect(await replay(versions, replayed(), 2)).toEqual(alone);
  });

  it('throws the first fault of all, whatever the number of threads', async () => {
    writeFileSync(reportPath(120), '{"schema":"assay.audit-report/1","schema":"assay.audit-report/1"}');
    writeFileSync(reportPath(160), JSON.stringify({ schema: 'assay.audit-report/1' }));
    writeFileSync(reportPath(440), 'no JSON');
    const versions = findStoredVersions(folder, ['.']);
    const faults = await Promise.all(
      [1, 2].map((threads) => replay(versions, replayed(), threads).catch((error: unknown) => error)),
    );
    for (const fault of faults) {
      expect(fault).toMatchObject({
        code: 'DOCUMENT_MALFORMED',
        message: 'v120/module.audit.json holds the key "schema" twice',
      });
    }
    const later = versions.slice(150);
    await expect(replay(later, replayed(), 1)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    const one = await replay(later, replayed(), 1).catch((error: unknown) => error);
    const two = await replay([...later, ...versions.slice(0, 120)], replayed(), 2).catch((error: unknown) => error);
    expect(two).toMatchObject({ code: 'DOCUMENT_INVALID', problems: (one as { problems: unknown }).problems });
  });
});
