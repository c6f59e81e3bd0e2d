import type { BuildRecord } from '#model/build-record';
import { type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Owners, Root } from '#model/registry-documents';
import type { Verdict } from '#model/verdict';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import type { Signer } from '#ports/signer';
import { LOCAL_BUILDER, verifyProvenance } from '#trust/provenance';
import { signProvenance } from './sign-provenance.ts';
import type { SignedStatement } from './sign-statement.ts';
import { requireApproved, signVerdict } from './sign-verdict.ts';

/** One build of an approved version, as check left it. */
export interface BuiltArtifact {
  readonly record: BuildRecord;
  readonly bytes: Uint8Array;
  readonly platform: string;
  /** Digest of the audit report as it is kept. */
  readonly report: Digest;
}

export interface ReleaseSigning {
  readonly artifacts: readonly BuiltArtifact[];
  readonly verdict: Verdict;
  /** The registry's verified root, for whose canonical address the verdict speaks. */
  readonly root: Root;
  /** The registry's owners of the plugin's namespace. */
  readonly owners: Owners;
}

export interface ReleaseSigners {
  readonly author: Signer;
  readonly verdict: Signer;
  readonly verifier: BundleVerifier;
  readonly clock: Clock;
}

export interface SignedArtifact {
  readonly artifact: BuiltArtifact;
  readonly provenance: SignedStatement;
  readonly verdict: SignedStatement;
}

/** A build with the bundle in which its author says where it came from. */
export interface ProvenArtifact extends BuiltArtifact {
  readonly provenance: Uint8Array;
}

/**
 * Signs provenance with the author's local key and, after that provenance has been verified against the registry's
 * owners, the verdict with the registry's. Nothing is signed for a verdict that does not approve every artifact.
 * Throws NOT_APPROVED, DIGEST_MISMATCH, SUBJECT_MISMATCH or IDENTITY_MISMATCH.
 */
export async function signRelease(input: ReleaseSigning, signers: ReleaseSigners): Promise<SignedArtifact[]> {
  requireAllApproved(input);
  const proven: { artifact: BuiltArtifact; provenance: SignedStatement }[] = [];
  for (const artifact of input.artifacts) {
    const { record, bytes } = artifact;
    const provenance = await signProvenance(signers.author, {
      artifact: { name: record.output.file, bytes },
      record,
      builder: LOCAL_BUILDER,
    });
    proven.push({ artifact, provenance });
  }
  const artifacts = proven.map(({ artifact, provenance }) => ({ ...artifact, provenance: provenance.bundle }));
  const verdicts = await signVerdicts({ ...input, artifacts }, signers);
  return proven.flatMap((one, index) => {
    const verdict = verdicts[index];
    return verdict === undefined ? [] : [{ ...one, verdict }];
  });
}

/**
 * Signs the registry's verdict over artifacts whose authors have signed provenance already, in the order of the
 * artifacts. Each provenance is verified against the registry's owners first. Throws what signRelease throws.
 */
export async function signVerdicts(
  input: Omit<ReleaseSigning, 'artifacts'> & { readonly artifacts: readonly ProvenArtifact[] },
  signers: Omit<ReleaseSigners, 'author'>,
): Promise<SignedStatement[]> {
  const { artifacts, verdict, root, owners } = input;
  requireAllApproved(input);
  const signed: SignedStatement[] = [];
  for (const { bytes, platform, report, provenance } of artifacts) {
    const verified = await verifyProvenance(signers.verifier, provenance, {
      artifact: digestOf(bytes),
      release: requireApproved(verdict, digestOf(bytes)),
      owners,
      otherKeys: root.keys,
    });
    signed.push(
      await signVerdict(signers.verdict, signers.clock, {
        verdict,
        canonicalUrl: root.canonicalUrl,
        artifact: { bytes, platform },
        provenance: [verified],
        report,
      }),
    );
  }
  return signed;
}

function requireAllApproved({ artifacts, verdict }: Pick<ReleaseSigning, 'artifacts' | 'verdict'>): void {
  if (artifacts.length === 0) throw new AssayError('NOT_APPROVED', 'there is no artifact to sign');
  for (const { bytes } of artifacts) requireApproved(verdict, digestOf(bytes));
}
