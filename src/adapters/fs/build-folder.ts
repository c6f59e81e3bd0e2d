import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditReport, AuditReportSchema } from '#model/audit-report';
import { BUILD_FOLDER, buildIdOf, reportIdOf } from '#model/build-folder';
import { type BuildRecord, BuildRecordSchema } from '#model/build-record';
import { digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import { type Verdict, VerdictSchema } from '#model/verdict';
import { readCapped } from './capped-read.ts';
import { diskError, isMissing } from './disk-errors.ts';

const MAX_MODULE_BYTES = 256 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;

/** One build as the steps before left it. */
export interface StoredBuild {
  readonly record: BuildRecord;
  readonly bytes: Uint8Array;
  readonly companions: readonly { readonly file: string; readonly bytes: Uint8Array }[];
}

export interface StoredReport {
  readonly report: AuditReport;
  /** The file's bytes, whose digest later statements name. */
  readonly bytes: Uint8Array;
}

/**
 * Every build in a folder, by id. The module must be the one that its record describes. Throws FILE_MISSING when
 * there is no build, DIGEST_MISMATCH when a module or companion was changed since.
 */
export async function readBuilds(folder: string): Promise<StoredBuild[]> {
  const ids = (await list(folder)).map(buildIdOf).filter((id) => id !== undefined);
  if (ids.length === 0) throw noBuilds(folder);
  const builds: StoredBuild[] = [];
  for (const id of ids.toSorted()) builds.push(await readBuild(folder, id));
  return builds;
}

async function readBuild(folder: string, id: string): Promise<StoredBuild> {
  const path = join(folder, BUILD_FOLDER.record(id));
  const record = parseJson(BuildRecordSchema, await required(path, MAX_DOCUMENT_BYTES), { source: path });
  const files: { file: string; bytes: Uint8Array }[] = [];
  for (const expected of [{ ...record.output, file: BUILD_FOLDER.module(id) }, ...record.companions]) {
    const bytes = await required(join(folder, expected.file), MAX_MODULE_BYTES);
    if (digestOf(bytes) !== expected.digest) {
      throw new AssayError('DIGEST_MISMATCH', `${expected.file} is not what ${BUILD_FOLDER.record(id)} describes`, {
        hint: 'It was changed after it was built. Build again.',
      });
    }
    files.push({ file: expected.file, bytes });
  }
  const [module, ...companions] = files;
  if (module === undefined) throw new AssayError('INTERNAL', `the build ${id} has no module`);
  return { record, bytes: module.bytes, companions };
}

/** The audit report of a build. Throws FILE_MISSING or DOCUMENT_INVALID. */
export async function readReport(folder: string, id: string): Promise<StoredReport> {
  const path = join(folder, BUILD_FOLDER.report(id));
  const bytes = await required(path, MAX_DOCUMENT_BYTES);
  return { report: parseJson(AuditReportSchema, bytes, { source: path, maxBytes: MAX_DOCUMENT_BYTES }), bytes };
}

/** Every audit report in a folder, by build id. Throws FILE_MISSING when there is none, or DOCUMENT_INVALID. */
export async function readReports(folder: string): Promise<(StoredReport & { readonly build: string })[]> {
  const ids = (await list(folder)).map(reportIdOf).filter((id) => id !== undefined);
  if (ids.length === 0) {
    throw new AssayError('FILE_MISSING', `${folder} holds no audit report`, {
      hint: 'Run the audit step first; it writes them there.',
    });
  }
  const reports = [];
  for (const build of ids.toSorted()) reports.push({ build, ...(await readReport(folder, build)) });
  return reports;
}

/** The verdict over all builds of the folder. Throws FILE_MISSING or DOCUMENT_INVALID. */
export async function readVerdict(folder: string): Promise<Verdict> {
  const path = join(folder, BUILD_FOLDER.verdict);
  const bytes = await required(path, MAX_DOCUMENT_BYTES);
  return parseJson(VerdictSchema, bytes, { source: path, maxBytes: MAX_DOCUMENT_BYTES });
}

/** The provenance bundle of a build. Throws FILE_MISSING. */
export async function readProvenance(folder: string, id: string): Promise<Uint8Array> {
  return required(join(folder, BUILD_FOLDER.provenance(id)), MAX_BUNDLE_BYTES, 'assay sign');
}

/** The bundles that sign left for a build. Throws FILE_MISSING. */
export async function readBundles(
  folder: string,
  id: string,
): Promise<{ readonly provenance: Uint8Array; readonly verdict: Uint8Array }> {
  return {
    provenance: await readProvenance(folder, id),
    verdict: await required(join(folder, BUILD_FOLDER.verdictBundle(id)), MAX_BUNDLE_BYTES, 'assay sign'),
  };
}

/** The names in a folder; none when the folder is not there. */
async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw diskError(cause, 'read', folder);
  }
}

async function required(path: string, maxBytes: number, maker = 'assay check'): Promise<Uint8Array> {
  const bytes = await readCapped(path, maxBytes);
  if (bytes !== undefined) return bytes;
  throw new AssayError('FILE_MISSING', `${path} does not exist`, { hint: `Run \`${maker}\` first; it writes it.` });
}

function noBuilds(folder: string): AssayError {
  return new AssayError('FILE_MISSING', `${folder} holds no build`, {
    hint: 'Run `assay check` first; it builds there.',
  });
}
