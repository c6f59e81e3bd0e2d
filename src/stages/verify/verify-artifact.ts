import { AssayError, toAssayError } from '#model/errors';
import { type CheckOutcome, failed } from '#model/check-outcome';
import { PREDICATE } from '#model/statement';
import type { BundleVerifier } from '#ports/bundle-verifier';
import { type ArtifactChecks, type ArtifactEvidence, checkArtifact } from '#trust/artifact';
import { bundleKind } from '#trust/bundle-kind';

/** How many bundles are looked at for one artifact. */
const MAX_BUNDLES = 200;

export interface ArtifactVerification extends Omit<ArtifactEvidence, 'provenance' | 'verdicts'> {
  /** Every bundle that came with the artifact, in any order and of any kind. */
  readonly bundles: readonly Uint8Array[];
}

/**
 * Verifies a release's artifact with everything that came with it, and returns each check's outcome in the order in
 * which an install makes them. Bundles of other kinds than provenance and verdict prove nothing here and are left
 * aside. Throws USAGE for more bundles than anybody publishes.
 */
export async function verifyArtifact(verifier: BundleVerifier, input: ArtifactVerification): Promise<ArtifactChecks> {
  const { bundles, ...evidence } = input;
  if (bundles.length > MAX_BUNDLES) {
    throw new AssayError('USAGE', `${bundles.length} bundles for one artifact; at most ${MAX_BUNDLES} are looked at`, {
      hint: 'Name the bundles of this artifact only.',
    });
  }
  const provenance: Uint8Array[] = [];
  const verdicts: Uint8Array[] = [];
  const unreadable: CheckOutcome[] = [];
  for (const bundle of bundles) {
    try {
      const claim = bundleKind(bundle);
      if (claim.kind !== 'statement') continue;
      if (claim.predicateType === PREDICATE.provenance) provenance.push(bundle);
      if (claim.predicateType === PREDICATE.verificationSummary) verdicts.push(bundle);
    } catch (error) {
      unreadable.push(failed('bundle', toAssayError(error)));
    }
  }
  const checks = await checkArtifact(verifier, { ...evidence, provenance, verdicts });
  return { ...checks, outcomes: [...unreadable, ...checks.outcomes] };
}
