import type { BuildJob, BuildMatrix } from '#model/build-record';
import { levelsAbove } from '#model/build-inputs';
import { canonicalDigest } from '#model/canonical-json';
import { hexOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Build, VersionedManifest } from '#model/manifest';
import { type Combination, expandMatrix } from './expand-matrix.ts';
import { selectChanged } from './select-changed.ts';

export interface PlanRequest {
  readonly manifests: readonly {
    /** Relative to the workspace, forward slashes; `.` for the workspace itself. */
    readonly folder: string;
    readonly manifest: VersionedManifest;
  }[];
  /** Paths relative to the workspace that differ between base and head; without it everything is planned. */
  readonly changed?: readonly string[];
}

/** GitHub starts at most this many jobs for one matrix. */
export const MATRIX_LIMIT = 256;
const ID_LIMIT = 121;

/**
 * Turns manifests into the jobs of a build matrix, in the manifests' order. Ids depend on the plugin's name, the
 * build's id and its axes only, so they stay the same from run to run; no two jobs share one.
 * Throws MANIFEST_INVALID (which build, and what to do), PLUGIN_CONFLICT for one name in two folders, and BUILD_LIMIT
 * past MATRIX_LIMIT jobs.
 */
export function plan(request: PlanRequest): BuildMatrix {
  refuseDoubleNames(request);
  const selected =
    request.changed === undefined ? request.manifests : selectChanged(request.manifests, request.changed);
  const jobs: BuildJob[] = [];
  const owners = new Map<string, string>();
  for (const { folder, manifest } of selected) {
    manifest.builds.forEach((build, index) => {
      const label = `${folder}/plugin.yaml: builds[${index}]`;
      refuseEscapingInputs(build.inputs ?? [], folder, `${label}.inputs`);
      for (const combination of expandMatrix(build, label)) {
        const id = jobId(manifest, build, combination);
        const earlier = owners.get(id);
        if (earlier !== undefined) {
          throw new AssayError('MANIFEST_INVALID', `${label} and ${earlier} would both be called "${id}"`, {
            hint: 'Give each of the two builds an "id:" of its own.',
          });
        }
        owners.set(id, label);
        jobs.push(jobOf(id, folder, manifest, build, combination));
      }
    });
  }
  if (jobs.length > MATRIX_LIMIT) throw tooMany(jobs);
  return { include: jobs };
}

/** Ids of the jobs that one plugin's manifest makes, whatever is built so far. Throws what expanding a matrix throws. */
export function buildIds(manifest: VersionedManifest): string[] {
  return manifest.builds.flatMap((build, index) =>
    expandMatrix(build, `builds[${index}]`).map((combination) => jobId(manifest, build, combination)),
  );
}

function refuseDoubleNames(request: PlanRequest): void {
  const folders = new Map<string, string>();
  for (const { folder, manifest } of request.manifests) {
    const earlier = folders.get(manifest.name);
    if (earlier !== undefined) {
      throw new AssayError('PLUGIN_CONFLICT', `${folder} and ${earlier} both hold a plugin named ${manifest.name}`, {
        hint: 'Rename one of them in its plugin.yaml.',
      });
    }
    folders.set(manifest.name, folder);
  }
}

/** Throws MANIFEST_INVALID for a glob that climbs out of the workspace from the plugin's folder. */
export function refuseEscapingInputs(inputs: readonly string[], folder: string, label: string): void {
  const depth = folder === '.' ? 0 : folder.split('/').length;
  const escaping = inputs.find((glob) => levelsAbove(glob) > depth);
  if (escaping === undefined) return;
  throw new AssayError('MANIFEST_INVALID', `${label} has "${escaping}", which leaves the workspace`, {
    hint:
      depth === 0
        ? 'The workspace is the git repository around the folder; without one it is the folder itself.'
        : `From ${folder}, at most ${depth} times "../" is possible.`,
  });
}

// A dot never stands in a plugin's name, so `acme.a-b` cannot be read as another namespace and name.
function jobId(manifest: VersionedManifest, build: Build, combination: Combination): string {
  const plain = manifest.name.replace('/', '.');
  const parts = build.id === undefined ? [] : [build.id];
  const varied = Object.values(combination.varied);
  if (build.id === undefined && manifest.builds.length > 1) {
    parts.push(...[combination.toolchain, combination.target].filter((part) => part !== undefined));
    parts.push(...varied.filter((value) => !parts.includes(value)));
  } else parts.push(...varied);
  if (parts.length === 0) return plain;
  const id = `${plain}.${parts.map(slug).join('.')}`;
  const isExact = parts.every((part) => slug(part) === part && !(varied.includes(part) && part.includes('.')));
  if (isExact && id.length <= ID_LIMIT) return id;
  const suffix = `-${hexOf(canonicalDigest([build.id ?? null, parts, combination.varied])).slice(0, 10)}`;
  return `${id.slice(0, ID_LIMIT - suffix.length)}${suffix}`;
}

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
}

function jobOf(
  id: string,
  folder: string,
  manifest: VersionedManifest,
  build: Build,
  combination: Combination,
): BuildJob {
  const { toolchain, target, optimize, features } = combination;
  return {
    id,
    plugin: manifest.name,
    version: manifest.version,
    folder,
    toolchain,
    sources: typeof build.source === 'string' ? [build.source] : [...build.source],
    ...(target === undefined ? {} : { target }),
    optimize,
    ...(features === undefined ? {} : { features }),
    options: { ...build.options },
    inputs: [...(build.inputs ?? [])],
  };
}

const SHOWN_PLUGINS = 5;

/** The plugins that make most of a plan, the largest first, each with what its jobs weigh together. */
export function largestPlugins(
  jobs: readonly BuildJob[],
  weigh: (job: BuildJob) => number,
): (readonly [plugin: string, weight: number])[] {
  const weights = new Map<string, number>();
  for (const job of jobs) weights.set(job.plugin, (weights.get(job.plugin) ?? 0) + weigh(job));
  return [...weights].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN_PLUGINS);
}

function tooMany(jobs: readonly BuildJob[]): AssayError {
  return new AssayError('BUILD_LIMIT', `the plan has ${jobs.length} jobs; a matrix takes at most ${MATRIX_LIMIT}`, {
    hint: 'Build only what changed (give the base and head commits), or take axes out of the largest matrices.',
    problems: largestPlugins(jobs, () => 1).map(([plugin, count]) => ({ message: `${plugin} has ${count} jobs` })),
  });
}
