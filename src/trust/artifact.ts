import { CheckList, type CheckOutcome, requireAll } from '#model/check-outcome';
import { type Digest, digestOf, shortDigest } from '#model/digest';
import { AssayError, toAssayError } from '#model/errors';
import type { Artifact, ReleaseEvent } from '#model/events';
import type { Owners, Root } from '#model/registry-documents';
import type { BundleVerifier } from '#model/verified-bundle';
import { describeSigner } from './identity.ts';
import { type VerifiedProvenance, verifyProvenance } from './provenance.ts';
import { type PassedVerdict, requirePassed, verifyVerdict } from './verification-summary.ts';

/** An artifact of a release with everything that is believed about it. */
export interface ArtifactEvidence {
  readonly bytes: Uint8Array;
  /** The artifact's entry in the release event. */
  readonly artifact: Artifact;
  /** From an index file whose digest the verified snapshot names. */
  readonly release: ReleaseEvent;
  readonly provenance: readonly Uint8Array[];
  readonly verdicts: readonly Uint8Array[];
  /** Verified along its chain, and unexpired. */
  readonly root: Root;
  /** From the snapshot. */
  readonly owners: Owners;
  /** The snapshot's, narrowed by this machine's own. */
  readonly acceptedPolicies: ReadonlySet<Digest>;
  readonly now: Date;
}

export interface ArtifactChecks {
  /** In the order in which they are made. What could not be checked because of an earlier failure is left out. */
  readonly outcomes: readonly CheckOutcome[];
  /** Set when the check of the provenance passed. */
  readonly provenance: VerifiedProvenance | undefined;
  /** Set when the check of the verdict passed. */
  readonly verdict: PassedVerdict | undefined;
}

/** What is known of an artifact all of whose checks passed. */
export interface AcceptedArtifact {
  readonly outcomes: readonly CheckOutcome[];
  readonly provenance: VerifiedProvenance;
  readonly verdict: PassedVerdict;
}

/**
 * Checks an artifact in the order size, digest, release, provenance, verdict, and returns each outcome. Wrong bytes end
 * it at once. Never throws for what is wrong with the artifact.
 */
export async function checkArtifact(verifier: BundleVerifier, evidence: ArtifactEvidence): Promise<ArtifactChecks> {
  const { bytes, artifact, release } = evidence;
  const checks = new CheckList();
  const { outcomes } = checks;
  const none: ArtifactChecks = { outcomes, provenance: undefined, verdict: undefined };

  const size = await checks.attempt(
    'size',
    () => requireSize(bytes, artifact),
    () => `${bytes.length} bytes`,
  );
  if (size === undefined) return none;
  const digest = await checks.attempt(
    'digest',
    () => requireDigest(bytes, artifact),
    (value) => value,
  );
  if (digest === undefined) return none;
  await checks.attempt(
    'release',
    () => requireListed(artifact, release),
    () => `${release.name} ${release.version}`,
  );
  const provenance = await checks.attempt(
    'provenance',
    () => verifyProvenances(verifier, evidence, digest.value),
    ([first]) => `signed by ${describeSigner(first.signer)}, build level ${first.level}`,
  );
  // The verdict is checked even without provenance, to show all that is wrong; it then fails for want of its input.
  const verdict = await checks.attempt(
    'verdict',
    () => verifyVerdicts(verifier, evidence, digest.value, provenance?.value ?? []),
    (value) => `PASSED under policy ${shortDigest(value.policy)}, signed by ${describeSigner(value.signer)}`,
  );
  return { outcomes, provenance: provenance?.value[0], verdict: verdict?.value };
}

/** The throwing form of checkArtifact: the first failure, with the others as its problems. */
export async function acceptArtifact(verifier: BundleVerifier, evidence: ArtifactEvidence): Promise<AcceptedArtifact> {
  const { outcomes, provenance, verdict } = await checkArtifact(verifier, evidence);
  requireAll(outcomes);
  if (provenance === undefined || verdict === undefined) {
    throw new AssayError('INTERNAL', 'an artifact passed its checks without provenance or verdict');
  }
  return { outcomes, provenance, verdict };
}

function requireSize(bytes: Uint8Array, artifact: Artifact): void {
  if (bytes.length === artifact.size) return;
  throw new AssayError(
    'DIGEST_MISMATCH',
    `the artifact has ${bytes.length} bytes, and ${artifact.size} were published`,
    {
      hint: 'The copy is damaged or was changed; fetch it again, or from another mirror.',
    },
  );
}

function requireDigest(bytes: Uint8Array, artifact: Artifact): Digest {
  const digest = digestOf(bytes);
  if (digest === artifact.digest) return digest;
  throw new AssayError('DIGEST_MISMATCH', `the artifact is ${digest}, and ${artifact.digest} was published`, {
    hint: 'The copy is damaged or was changed; fetch it again, or from another mirror.',
  });
}

function requireListed(artifact: Artifact, release: ReleaseEvent): void {
  const listed = release.artifacts.some(
    (one) => one.digest === artifact.digest && one.size === artifact.size && one.platform === artifact.platform,
  );
  if (listed) return;
  throw new AssayError(
    'DIGEST_MISMATCH',
    `${release.name} ${release.version} does not list ${shortDigest(artifact.digest)}`,
    {
      hint: 'Use an artifact that the release event names.',
    },
  );
}

async function verifyProvenances(
  verifier: BundleVerifier,
  { release, owners, root, provenance }: ArtifactEvidence,
  artifact: Digest,
): Promise<readonly [VerifiedProvenance, ...VerifiedProvenance[]]> {
  return atLeastOne(
    provenance.map((bundle) => verifyProvenance(verifier, bundle, { artifact, release, owners, otherKeys: root.keys })),
    new AssayError('PROVENANCE_MISSING', `${release.name} ${release.version} comes without provenance`, {
      hint: 'The author must attach signed provenance: `assay sign`, or the release workflow.',
    }),
  );
}

async function verifyVerdicts(
  verifier: BundleVerifier,
  { release, artifact, root, acceptedPolicies, now, verdicts }: ArtifactEvidence,
  digest: Digest,
  provenance: readonly VerifiedProvenance[],
): Promise<PassedVerdict> {
  const requirement = {
    root,
    canonicalUrl: root.canonicalUrl,
    name: release.name,
    version: release.version,
    platform: artifact.platform,
    artifact: digest,
    acceptedPolicies,
    provenance: provenance.map((verified) => verified.bundle),
    now,
  };
  const verified = await atLeastOne(
    verdicts.map((bundle) => verifyVerdict(verifier, bundle, requirement)),
    new AssayError('VERDICT_MISSING', `no verdict of ${root.registryId} covers ${release.name} ${release.version}`, {
      hint: 'The registry must audit the version and sign its verdict before it can be installed.',
    }),
  );
  return requirePassed(verified);
}

/** Those that verified. Throws the first failure when none did, and `none` when there was nothing to verify. */
async function atLeastOne<T>(attempts: readonly Promise<T>[], none: AssayError): Promise<readonly [T, ...T[]]> {
  const settled = await Promise.allSettled(attempts);
  const [first, ...rest] = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (first !== undefined) return [first, ...rest];
  const [failure, ...others] = settled.flatMap((result) =>
    result.status === 'rejected' ? [toAssayError(result.reason)] : [],
  );
  if (failure === undefined) throw none;
  if (others.length === 0) throw failure;
  throw new AssayError(failure.code, failure.message, {
    cause: failure,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    problems: others.map(({ message }) => ({ message })),
  });
}
