import { canonicalDigest } from '#model/canonical-json';
import type { BuildJob } from '#model/build-record';
import type { Digest } from '#model/digest';
import type { InputFile } from '#ports/build-files';
import type { Toolchain, ToolchainPresence } from '#ports/toolchain';

/** Bumped when the form of a cached entry or of a build record changes. */
const ENTRY_FORMAT = 2;

/** The digest over paths and digests of everything that a build reads. */
export function digestOfInputs(inputs: readonly InputFile[]): Digest {
  return canonicalDigest(Object.fromEntries(inputs.map((input) => [input.path, input.digest])));
}

/**
 * The address of a build's result: what it reads, the compiler's identity, what is asked of it and the recipe that
 * asks. The plugin's name and version are left out unless the sources hold them, so that a release which changes
 * nothing else needs no compiler.
 */
export function cacheKey(
  job: BuildJob,
  inputs: readonly InputFile[],
  toolchain: Pick<Toolchain, 'name' | 'recipe'>,
  presence: ToolchainPresence,
): Digest {
  return canonicalDigest({
    format: ENTRY_FORMAT,
    inputs: digestOfInputs(inputs),
    toolchain: {
      name: toolchain.name,
      recipe: toolchain.recipe,
      version: presence.version,
      identity: presence.identity ?? null,
    },
    sources: job.sources,
    target: job.target ?? null,
    optimize: job.optimize,
    features: job.features ?? null,
    options: job.options,
  });
}
