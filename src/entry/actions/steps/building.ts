import { tmpdir } from 'node:os';
import { posix } from 'node:path';
import { cachingToolchains } from '#adapters/build-cache/caching-toolchains';
import { folderCache } from '#adapters/build-cache/folder-cache';
import { BUILD_FOLDER } from '#model/build-folder';
import type { BuildRecord } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { BuildCache } from '#ports/build-cache';
import { SILENT } from '#ports/progress';
import { type Annotation, diagnosticAnnotations } from '#report/annotations';
import type { BuildPorts, BuildResult } from '#stages/build/build';
import { publishingJob } from '../../publishing-job.ts';
import { localBuildPorts } from '../../wiring.ts';
import type { ActionContext } from '../action-step.ts';
import { workspaceFolder } from './workspace-folder.ts';

/**
 * The build stage's ports in a job. Its cache is the one that the workflow names, and never what an earlier job left
 * in the machine's home folder.
 */
export async function buildPorts(
  context: ActionContext,
  cache: string | undefined,
  publishes = false,
): Promise<BuildPorts> {
  const { env, log } = context;
  const warn = (message: string): void => log(`warning: ${message}`);
  const ports = localBuildPorts({ env: { ...env, ASSAY_CACHE: 'off' }, progress: SILENT, warn });
  if (cache === undefined) return ports;
  const why = publishes ? 'the input publish says so' : publishingJob(env);
  if (why !== undefined) {
    log(`The cache is neither read nor written, because this job could publish: ${why}.`);
    return ports;
  }
  const opened = await openCache(cache, context, warn);
  if (opened === undefined) return ports;
  if (cache !== 'actions') return { ...ports, cache: opened };
  return { ...ports, cache: opened, toolchains: cachingToolchains(ports.toolchains, warn) };
}

async function openCache(
  cache: string,
  { workspace, env }: ActionContext,
  warn: (message: string) => void,
): Promise<BuildCache | undefined> {
  if (cache !== 'actions') return folderCache(await workspaceFolder(workspace, cache));
  const { actionsCache } = await import('#adapters/build-cache/actions-cache');
  const opened = await actionsCache({ folder: env['RUNNER_TEMP'] ?? tmpdir() });
  if (opened === undefined) warn('this job has no Actions cache; everything is compiled');
  return opened;
}

/** What one build left in the output folder, stored as an artifact under the build's id. Returns its name. */
export async function storeBuild(record: BuildRecord, outputFolder: string): Promise<string> {
  const { actionsArtifacts } = await import('#adapters/artifacts/actions-artifacts');
  const { id } = record.job;
  const name = `assay-build-${id}`;
  const files = [BUILD_FOLDER.module(id), BUILD_FOLDER.record(id), BUILD_FOLDER.log(id)];
  const store = await actionsArtifacts();
  await store.upload(name, outputFolder, [...files, ...record.companions.map(({ file }) => file)]);
  return name;
}

/** What the compilers warned of, on the lines of the sources as the workspace sees them. */
export function compilerAnnotations(results: readonly BuildResult[]): Annotation[] {
  return results.flatMap(({ record, diagnostics }) =>
    diagnosticAnnotations(
      diagnostics.filter(({ severity }) => severity !== 'note'),
      record.job.folder,
    ),
  );
}

/** Runs a build; where it fails, the compiler's places are given as the workspace sees them, for annotations. */
export async function inWorkspace<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'COMPILE_FAILED' || folder === '.') throw error;
    throw new AssayError(error.code, error.message, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      problems: error.problems.map((problem) =>
        problem.file === undefined ? problem : { ...problem, file: posix.join(folder, problem.file) },
      ),
    });
  }
}
