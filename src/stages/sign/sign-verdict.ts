import { canonicalDigest } from '#model/canonical-json';
import { type Digest, digestOf, shortDigest } from '#model/digest';
import { AssayError } from '#model/errors';
import { PREDICATE } from '#model/statement';
import type { Verdict } from '#model/verdict';
import type { Clock } from '#ports/clock';
import type { Signer } from '#ports/signer';
import type { BuildLevel, VerifiedProvenance } from '#trust/provenance';
import { requireSubject } from '#trust/statement';
import { verificationSummaryStatement } from '#trust/verification-summary';
import { type SignedStatement, signStatement } from './sign-statement.ts';

export interface VerdictSigning {
  readonly verdict: Verdict;
  /** `canonicalUrl` of the registry's root. */
  readonly canonicalUrl: string;
  readonly artifact: { readonly bytes: Uint8Array; readonly platform: string };
  /** What the verdict rests on. Verified before, so that a verdict never covers bytes of unknown origin. */
  readonly provenance: readonly [VerifiedProvenance, ...VerifiedProvenance[]];
  /** Digest of the audit report. */
  readonly report?: Digest;
  /** Digest of the bundle in which a person resolved a flag. */
  readonly resolution?: Digest;
  /** Digest of the OCI manifest around the artifact. */
  readonly ociManifest?: Digest;
}

/**
 * Signs that an artifact passed the registry's policy. The subject is computed from the bytes and must be among the
 * artifacts that were decided on. Throws NOT_APPROVED for anything but an approved, named verdict that covers these
 * bytes, DIGEST_MISMATCH for a verdict that was changed after it was made, SUBJECT_MISMATCH for foreign provenance.
 */
export async function signVerdict(signer: Signer, clock: Clock, input: VerdictSigning): Promise<SignedStatement> {
  const { verdict, canonicalUrl, artifact, provenance } = input;
  const { decision } = verdict;
  const digest = digestOf(artifact.bytes);
  const { name, version } = requireApproved(verdict, digest);
  for (const { statement } of provenance) requireSubject(statement, digest);
  const statement = verificationSummaryStatement({
    canonicalUrl,
    name,
    version,
    platform: artifact.platform,
    artifact: digest,
    result: 'PASSED',
    policy: decision.policy,
    rulesEdition: decision.rulesEdition,
    timeVerified: clock.now(),
    provenance: provenance.map(({ bundle }) => bundle),
    buildLevel: lowest(provenance),
    ...(input.report === undefined ? {} : { report: input.report }),
    ...(input.resolution === undefined ? {} : { resolution: input.resolution }),
    ...(input.ociManifest === undefined ? {} : { ociManifest: input.ociManifest }),
  });
  return signStatement(signer, statement, digest, PREDICATE.verificationSummary);
}

/** The plugin and version that a verdict approves these bytes for. Throws NOT_APPROVED or DIGEST_MISMATCH. */
export function requireApproved(verdict: Verdict, artifact: Digest): { name: string; version: string } {
  const { decision } = verdict;
  if (canonicalDigest(decision) !== verdict.digest) {
    throw new AssayError('DIGEST_MISMATCH', 'the verdict was changed after it was made: its digest does not fit', {
      hint: 'Decide again.',
    });
  }
  if (decision.outcome !== 'approve') {
    const word = decision.outcome === 'flag' ? 'needs review' : 'was rejected';
    throw new AssayError('NOT_APPROVED', `the artifact ${word}, so no verdict is signed`, {
      hint: 'Only approved artifacts are signed; see the reasons in the verdict.',
    });
  }
  if (decision.plugin === undefined) {
    throw new AssayError('NOT_APPROVED', 'the verdict names no plugin and version, so it cannot be signed', {
      hint: 'Decide with the plugin’s manifest.',
    });
  }
  if (!decision.artifacts.some((one) => one.digest === artifact)) {
    throw new AssayError('NOT_APPROVED', `the verdict does not cover ${shortDigest(artifact)}`, {
      hint: 'Audit and decide on exactly the bytes that are to be signed.',
    });
  }
  return decision.plugin;
}

function lowest(provenance: VerdictSigning['provenance']): BuildLevel {
  return provenance.reduce(
    (level: BuildLevel, { level: other }) => (other < level ? other : level),
    provenance[0].level,
  );
}
