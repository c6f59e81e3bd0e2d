import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Audited, compiledAuditedSchema } from '#model/audit-refusal';
import { reportIdOf } from '#model/build-folder';
import { AssayError } from '#model/errors';
import type { VersionedManifest } from '#model/manifest';
import { parseJson } from '#model/parse';
import type { StoredCase } from '#stages/decide/simulate';
import { decidable } from './decidable.ts';
import { loadPlugin, shown } from './load-plugin.ts';

const MAX_REPORT_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 200_000;
const MAX_DEPTH = 16;

/** Report files that belong together: those of one folder, or one that was named by itself. */
export interface StoredVersion {
  /** What the file was named as; a version found in a folder is called by its manifest or the folder. */
  readonly named?: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/**
 * The versions behind report files and folders. A folder is searched for `<id>.audit.json`; those that lie together are
 * one version. Throws FILE_MISSING or FILE_TOO_LARGE.
 */
export function findStoredVersions(cwd: string, paths: readonly string[]): StoredVersion[] {
  const versions = paths.flatMap((named): StoredVersion[] => {
    const path = resolve(cwd, named);
    const info = statSync(path, { throwIfNoEntry: false });
    if (info === undefined)
      throw new AssayError('FILE_MISSING', `${named} does not exist`, {
        hint: 'Name report files, or folders that hold <id>.audit.json.',
      });
    return info.isDirectory() ? versionsIn(path) : [{ named, folder: dirname(path), files: [path] }];
  });
  if (versions.length > 0) return versions;
  throw new AssayError('FILE_MISSING', `${paths.join(', ')} holds no audit report`, {
    hint: 'Folders are searched for <id>.audit.json, which `assay check` writes into .assay.',
  });
}

function versionsIn(folder: string): StoredVersion[] {
  const byFolder = Map.groupBy(reportFiles(folder, 0, { left: MAX_FILES }).toSorted(), (file) => dirname(file));
  return [...byFolder].map(([at, files]) => ({ folder: at, files }));
}

/**
 * What is stored about versions. A plugin.yaml beside the reports, or beside the `.assay` folder that holds them, says
 * what a version declares. Reports are read one version at a time while the result is walked. Throws FILE_TOO_LARGE,
 * MANIFEST_INVALID or DOCUMENT_INVALID.
 */
export async function storedCases(
  cwd: string,
  versions: readonly StoredVersion[],
  date: Date,
): Promise<Iterable<StoredCase>> {
  const declared: DeclaredVersion[] = [];
  for (const version of versions) declared.push({ ...version, manifest: await manifestNear(cwd, version.folder) });
  return readCases(cwd, declared, date);
}

interface DeclaredVersion extends StoredVersion {
  readonly manifest: VersionedManifest | undefined;
}

function reportFiles(folder: string, depth: number, budget: { left: number }): string[] {
  if (depth > MAX_DEPTH) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (--budget.left < 0) {
      throw new AssayError('FILE_TOO_LARGE', `${folder} holds more than ${MAX_FILES} files`, {
        hint: 'Name the folders that hold the reports.',
      });
    }
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : reportFiles(path, depth + 1, budget);
    return entry.isFile() && reportIdOf(entry.name) !== undefined ? [path] : [];
  });
}

async function manifestNear(cwd: string, folder: string): Promise<VersionedManifest | undefined> {
  for (const candidate of [folder, dirname(folder)]) {
    if (statSync(join(candidate, 'plugin.yaml'), { throwIfNoEntry: false })?.isFile() === true) {
      return (await loadPlugin(cwd, candidate)).manifest;
    }
  }
  return undefined;
}

function* readCases(cwd: string, versions: readonly DeclaredVersion[], date: Date): Generator<StoredCase> {
  for (const { named, folder, files, manifest } of versions) {
    const stored = files.map((path) => ({
      audited: readAudited(cwd, path),
      build: files.length === 1 ? '' : (reportIdOf(path.split(/[\\/]/).at(-1) ?? '') ?? ''),
    }));
    const found = manifest === undefined ? shown(cwd, folder) : `${manifest.name} ${manifest.version}`;
    yield { label: named ?? found, ...decidable(stored), manifest, date };
  }
}

let compiledSchema: ReturnType<typeof compiledAuditedSchema> | undefined;

function readAudited(cwd: string, path: string): Audited {
  const source = shown(cwd, path);
  const size = statSync(path).size;
  if (size > MAX_REPORT_BYTES) {
    throw new AssayError('FILE_TOO_LARGE', `${source} is larger than ${MAX_REPORT_BYTES} bytes`, {
      hint: 'Audit the module again; reports that Assay writes are smaller.',
    });
  }
  compiledSchema ??= compiledAuditedSchema();
  return parseJson(compiledSchema, readFileSync(path), {
    source,
    maxBytes: MAX_REPORT_BYTES,
    hint: 'Give reports that `assay audit --format json` or `assay check` wrote.',
  });
}
