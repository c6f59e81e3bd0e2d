import { resolve } from 'node:path';
import { folderCache } from '#adapters/build-cache/folder-cache';
import { AssayError } from '#model/errors';
import { SILENT } from '#ports/progress';
import type { BuildPorts } from '#stages/build/build';
import { localBuildPorts } from '../../wiring.ts';
import type { ActionContext } from '../action-step.ts';

/**
 * The build stage's ports in a job. Its cache is the folder that the workflow restored, and never what an earlier
 * job left in the machine's home folder.
 */
export function buildPorts({ workspace, env, log }: ActionContext, cache: string | undefined): BuildPorts {
  const warn = (message: string): void => log(`warning: ${message}`);
  const ports = localBuildPorts({ env: { ...env, ASSAY_CACHE: 'off' }, progress: SILENT, warn });
  return cache === undefined ? ports : { ...ports, cache: folderCache(resolve(workspace, cache)) };
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
        problem.file === undefined ? problem : { ...problem, file: `${folder}/${problem.file}` },
      ),
    });
  }
}
