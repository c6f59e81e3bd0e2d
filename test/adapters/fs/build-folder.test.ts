import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBuilds, readReports } from '#adapters/fs/build-folder';
import type { BuildRecord } from '#model/build-record';
import { digestOf } from '#model/digest';
import { audit } from '#stages/audit/audit';
import { localValidator } from '#entry/validator';

const MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const OTHER = Uint8Array.of(...MODULE, 0, 2, 1, 0x78);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-handed-on-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function leaveBuild(id: string, changes: Partial<BuildRecord> = {}, bytes = MODULE): void {
  const record: BuildRecord = {
    schema: 'assay.build-record/1',
    job: {
      id,
      plugin: 'acme/x1',
      version: '1.0.0',
      folder: '.',
      toolchain: 'wat',
      sources: ['a.wat'],
      optimize: 'size',
      options: {},
      inputs: [],
    },
    inputs: { digest: digestOf(''), files: 1 },
    toolchain: { name: 'wat', version: '1' },
    arguments: [],
    recipe: 1,
    output: { file: `${id}.wasm`, digest: digestOf(bytes), size: bytes.length },
    companions: [],
  };
  writeFileSync(join(folder, `${id}.wasm`), bytes);
  writeFileSync(join(folder, `${id}.build.json`), JSON.stringify({ ...record, ...changes }));
}

async function leaveReport(id: string, bytes: Uint8Array): Promise<void> {
  const report = await audit({ bytes, name: `${id}.wasm` }, { validator: await localValidator() });
  writeFileSync(join(folder, `${id}.audit.json`), JSON.stringify(report));
}

describe('a build folder that another job handed on', () => {
  it('is read where everything fits', async () => {
    leaveBuild('acme.x1');
    await leaveReport('acme.x1', MODULE);
    expect((await readBuilds(folder)).map(({ record }) => record.job.id)).toEqual(['acme.x1']);
    expect((await readReports(folder)).map(({ build }) => build)).toEqual(['acme.x1']);
  });

  it('holds no record under the name of another build', async () => {
    leaveBuild('acme.x1');
    leaveBuild('acme.x2');
    const record = (await readBuilds(folder)).at(1)?.record;
    if (record === undefined) throw new Error('the second build is missing');
    leaveBuild('acme.x2', { job: { ...record.job, id: 'acme.x1' } });
    await expect(readBuilds(folder)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
  });

  it.each(['../secret', 'acme.x1.../../secret', 'acme.x1.\\..\\secret', 'verdict.json'])(
    'names no companion %s',
    async (file) => {
      leaveBuild('acme.x1', { companions: [{ file, digest: digestOf('secret'), size: 6 }] });
      await expect(readBuilds(folder)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    },
  );

  it('holds no report about another module than that of its build', async () => {
    leaveBuild('acme.x1');
    await leaveReport('acme.x1', OTHER);
    await expect(readReports(folder)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('leaves no build out of its reports', async () => {
    leaveBuild('acme.x1');
    leaveBuild('acme.x2');
    await leaveReport('acme.x1', MODULE);
    await expect(readReports(folder)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      message: expect.stringContaining('acme.x2'),
    });
  });
});
