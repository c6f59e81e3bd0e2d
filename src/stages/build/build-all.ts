import type { BuildJob } from '#model/build-record';
import { build, type BuildPorts, type BuildRequest, type BuildResult } from './build.ts';

export interface BuildAllRequest extends Omit<BuildRequest, 'job' | 'signal'> {
  /** Builds that may run at the same time. */
  readonly parallel: number;
}

/** Builds every job, at most `parallel` at once, results in the order of the jobs. The first failure ends it. */
export async function buildAll(
  jobs: readonly BuildJob[],
  request: BuildAllRequest,
  ports: BuildPorts,
): Promise<BuildResult[]> {
  const { parallel, ...shared } = request;
  const results: BuildResult[] = [];
  const stop = new AbortController();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const job = jobs[index];
      if (job === undefined || stop.signal.aborted) return;
      results[index] = await build({ ...shared, job, signal: stop.signal }, ports);
    }
  };
  const workers = Array.from({ length: Math.max(1, Math.min(parallel, jobs.length)) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(workers);
    throw error;
  }
  return results;
}
