import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { folderCache } from '#adapters/build-cache/folder-cache';
import { localBuildFiles } from '#adapters/fs/build-files';
import { toolchains } from '#adapters/toolchains/catalogue';
import type { CheckPorts } from '#pipeline';
import type { Clock } from '#ports/clock';
import type { Progress } from '#ports/progress';
import type { BuildPorts } from '#stages/build/build';
import { publishingJob } from './publishing-job.ts';
import { localValidator } from './validator.ts';

export { signingTokenInReach } from './publishing-job.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The ports of the build stage over this machine's disk and compilers. */
export function localBuildPorts(options: {
  readonly env: Environment;
  readonly progress: Progress;
  readonly warn: (message: string) => void;
  /** What is built here is published: it is built clean. */
  readonly publishes?: boolean;
}): BuildPorts {
  const publishes = options.publishes === true || publishingJob(options.env) !== undefined;
  const cache = publishes ? undefined : cacheFolder(options.env);
  return {
    toolchains,
    files: localBuildFiles,
    progress: options.progress,
    warn: options.warn,
    ...(cache === undefined ? {} : { cache: folderCache(cache) }),
  };
}

/**
 * Where finished builds are kept: ASSAY_CACHE, else the platform's cache folder. ASSAY_CACHE=off keeps none, and so
 * does a home folder that is not known.
 */
function cacheFolder(env: Environment): string | undefined {
  const named = env['ASSAY_CACHE'];
  if (named === 'off') return undefined;
  if (named !== undefined && named !== '') return named;
  const base = env['XDG_CACHE_HOME'] || env['LOCALAPPDATA'] || (env['HOME'] ? join(env['HOME'], '.cache') : undefined);
  return base === undefined ? undefined : join(base, 'assay', 'builds');
}

export async function localCheckPorts(options: {
  readonly env: Environment;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
  readonly publishes?: boolean;
}): Promise<CheckPorts> {
  return { build: localBuildPorts(options), validator: await localValidator(), clock: options.clock };
}

export function parallelBuilds(): number {
  return availableParallelism();
}
