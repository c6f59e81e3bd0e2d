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

/**
 * Signs provenance with the author's local key and, after that provenance has been verified against the registry's
 * owners, the verdict with the registry's. Nothing is signed for a verdict that does not approve every artifact.
 * Throws NOT_APPROVED, DIGEST_MISMATCH, SUBJECT_MISMATCH or IDENTITY_MISMATCH.
 */
export async function signRelease(input: ReleaseSigning, signers: ReleaseSigners): Promise<SignedArtifact[]> {
  const { artifacts, verdict, root, owners } = input;
  if (artifacts.length === 0) throw new AssayError('NOT_APPROVED', 'there is no artifact to sign');
  for (const { bytes } of artifacts) requireApproved(verdict, digestOf(bytes));
  const signed: SignedArtifact[] = [];
  for (const artifact of artifacts) {
    const { record, bytes, platform, report } = artifact;
    const provenance = await signProvenance(signers.author, {
      artifact: { name: record.output.file, bytes },
      record,
      builder: LOCAL_BUILDER,
    });
    const verified = await verifyProvenance(signers.verifier, provenance.bundle, {
      artifact: digestOf(bytes),
      release: requireApproved(verdict, digestOf(bytes)),
      owners,
      otherKeys: root.keys,
    });
    const summary = await signVerdict(signers.verdict, signers.clock, {
      verdict,
      canonicalUrl: root.canonicalUrl,
      artifact: { bytes, platform },
      provenance: [verified],
      report,
    });
    signed.push({ artifact, provenance, verdict: summary });
  }
  return signed;
}
