import { AssayError } from '#model/errors';
import type { VersionedManifest } from '#model/manifest';
import { buildIds } from '#stages/plan/plan';

/**
 * Whether results are there for all that a manifest says to build. A verdict over some of it would stand for a plugin
 * that nobody saw whole. Throws FILE_MISSING with the first that is left out.
 */
export function requireEveryBuild(manifest: VersionedManifest, present: readonly string[], folder: string): void {
  const missing = buildIds(manifest).find((id) => !present.includes(id));
  if (missing === undefined) return;
  throw new AssayError('FILE_MISSING', `${folder} holds no result of the build ${missing}`, {
    hint: 'Everything under builds in plugin.yaml is decided together. Build and audit all of it, then decide again.',
  });
}
