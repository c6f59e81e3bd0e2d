import { opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { type Audited, AuditedSchema } from '#model/audit-refusal';
import { type AuditReport, AuditReportSchema } from '#model/audit-report';
import { BUILD_FOLDER, buildIdOf, reportIdOf } from '#model/build-folder';
import { type BuildRecord, BuildRecordSchema } from '#model/build-record';
import { type Digest, digestOf } from '#model/digest';
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

export interface StoredReport<T = AuditReport> {
  readonly report: T;
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
  const record = recordIn(folder, id, await required(join(folder, BUILD_FOLDER.record(id)), MAX_DOCUMENT_BYTES));
  const files: { file: string; bytes: Uint8Array }[] = [];
  for (const expected of [{ ...record.output, file: BUILD_FOLDER.module(id) }, ...record.companions]) {
    const bytes = await required(join(folder, expected.file), MAX_MODULE_BYTES);
    requireRecorded(bytes, expected, id);
    files.push({ file: expected.file, bytes });
  }
  const [module, ...companions] = files;
  if (module === undefined) throw new AssayError('INTERNAL', `the build ${id} has no module`);
  return { record, bytes: module.bytes, companions };
}

function requireRecorded(
  bytes: Uint8Array,
  expected: { readonly file: string; readonly digest: Digest },
  id: string,
): void {
  if (digestOf(bytes) === expected.digest) return;
  throw new AssayError('DIGEST_MISMATCH', `${expected.file} is not what ${BUILD_FOLDER.record(id)} describes`, {
    hint: 'It was changed after it was built. Build again.',
  });
}

// The folder may come from another job. A record under another build's name would put its report in that one's place,
// and a companion's name would lead anywhere.
function recordIn(folder: string, id: string, bytes: Uint8Array): BuildRecord {
  const path = join(folder, BUILD_FOLDER.record(id));
  const record = parseJson(BuildRecordSchema, bytes, { source: path });
  if (record.job.id !== id) {
    throw new AssayError('DOCUMENT_INVALID', `${path} is the record of ${record.job.id}`, { hint: 'Build again.' });
  }
  const astray = record.companions.find(({ file }) => /[\0/\\:]/.test(file) || !file.startsWith(`${id}.`));
  if (astray === undefined) return record;
  throw new AssayError('PATH_UNSAFE', `${path} names the companion ${JSON.stringify(astray.file.slice(0, 300))}`, {
    hint: 'Companions lie beside the record and begin with its id. Build again.',
  });
}

/** The audit report of a build, which must be about `module`. Throws FILE_MISSING, DOCUMENT_INVALID or DIGEST_MISMATCH. */
export async function readReport(folder: string, id: string, module: Digest | undefined): Promise<StoredReport> {
  return readAudited(AuditReportSchema, folder, id, module);
}

async function readAudited<T extends Audited>(
  schema: z.ZodType<T>,
  folder: string,
  id: string,
  module: Digest | undefined,
): Promise<StoredReport<T>> {
  const path = join(folder, BUILD_FOLDER.report(id));
  const bytes = await required(path, MAX_DOCUMENT_BYTES);
  const report = parseJson(schema, bytes, { source: path, maxBytes: MAX_DOCUMENT_BYTES });
  if (module === undefined || report.subject.digest === module) return { report, bytes };
  throw new AssayError('DIGEST_MISMATCH', `${path} is not about the module of that build`, {
    hint: 'The build or the report was changed. Audit again.',
  });
}

export interface FoundReport extends StoredReport<Audited> {
  readonly build: string;
  /** Whether it is about what the build step left, rather than about a file that was named to the audit. */
  readonly isBuilt: boolean;
}

/**
 * Every audit report in a folder, or why a module has none, by build id. Throws FILE_MISSING when there is none or a
 * build has none, so that no build is left out of a decision, DIGEST_MISMATCH when one is not about its build's module,
 * or DOCUMENT_INVALID.
 */
export async function readReports(folder: string): Promise<FoundReport[]> {
  const names = await list(folder);
  const ids = names.map(reportIdOf).filter((id) => id !== undefined);
  if (ids.length === 0) {
    throw new AssayError('FILE_MISSING', `${folder} holds no audit report`, {
      hint: 'Run the audit step first; it writes them there.',
    });
  }
  const unaudited = names.map(buildIdOf).find((id) => id !== undefined && !ids.includes(id));
  if (unaudited !== undefined) {
    throw new AssayError('FILE_MISSING', `${folder} holds no audit report of the build ${unaudited}`, {
      hint: 'Run the audit step over every build before deciding.',
    });
  }
  const reports: FoundReport[] = [];
  for (const build of ids.toSorted()) {
    const record = await readCapped(join(folder, BUILD_FOLDER.record(build)), MAX_DOCUMENT_BYTES);
    const module = record === undefined ? undefined : recordIn(folder, build, record).output.digest;
    if (module !== undefined) {
      // It need not be handed on to whoever decides; where it is, it is what the verdict will be taken for.
      const file = BUILD_FOLDER.module(build);
      const bytes = await readCapped(join(folder, file), MAX_MODULE_BYTES);
      if (bytes !== undefined) requireRecorded(bytes, { file, digest: module }, build);
    }
    reports.push({
      build,
      isBuilt: module !== undefined,
      ...(await readAudited(AuditedSchema, folder, build, module)),
    });
  }
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

/**
 * Throws PATH_UNSAFE where a folder holds anything but plain files, at any depth. It may lie in an author's repository
 * and is in reach of what authors build; whoever uploads it as an artifact uploads what its links lead to.
 */
export async function refuseLinks(folder: string): Promise<void> {
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await refuseLinks(path);
      else if (!entry.isFile()) {
        throw new AssayError('PATH_UNSAFE', `${path} is a link or a device, among results that are handed on`, {
          hint: 'Remove it from the folder; results are plain files.',
        });
      }
    }
  } catch (cause) {
    if (!isMissing(cause)) throw diskError(cause, 'read', folder);
  }
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
