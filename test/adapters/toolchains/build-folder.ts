import { join } from 'node:path';
import { localBuildFiles as files } from '#adapters/fs/build-files';
import type { BuildJob } from '#model/build-record';
import type { BuildCache } from '#ports/build-cache';
import type { Toolchain } from '#ports/toolchain';
import { build, type BuildResult } from '#stages/build/build';
import { checkReproducible, type Reproduction } from '#stages/build/reproduce';
import { JOB } from '../../stages/build/fakes.ts';
import { type Sources, temporaryFolder, writeSources } from './compile.ts';

export interface Repository {
  /** The repository's folder. */
  readonly root: string;
  /** The plugin's folder in it. */
  readonly plugin: string;
}

/** A repository on disk with a plugin in one of its folders. */
export async function repository(sources: Sources, plugin = '.'): Promise<Repository> {
  const root = await writeSources(join(await temporaryFolder(), 'repository'), { '.git/HEAD': '', ...sources });
  return { root, plugin: join(root, plugin) };
}

type Job = Partial<BuildJob>;

function requestOf(toolchain: Toolchain, sourceFolder: string, job: Job) {
  const whole = { ...JOB, toolchain: toolchain.name, ...job };
  return { job: whole, sourceFolder, signingTokenInReach: false, timeoutMs: 240_000 };
}

/** The build stage with the real files and one toolchain, as the command line runs it. */
export function buildIn(toolchain: Toolchain, folder: string, job: Job, cache?: BuildCache): Promise<BuildResult> {
  const ports = { toolchains: { get: async () => toolchain }, files, ...(cache === undefined ? {} : { cache }) };
  return build(requestOf(toolchain, folder, job), ports);
}

export function reproduceIn(toolchain: Toolchain, folder: string, job: Job): Promise<Reproduction> {
  return checkReproducible(requestOf(toolchain, folder, job), { toolchains: { get: async () => toolchain }, files });
}

/** The globs that the toolchain wants named for what lies above the plugin's folder. */
export async function globsFor(toolchain: Toolchain, folder: string, sources: readonly string[]): Promise<string[]> {
  const shared = await toolchain.sharedInputs?.(folder, { sources: [...sources], options: {} });
  return ['**', ...new Set((shared ?? []).map(({ glob }) => glob))];
}
