import { type Digest, digestOf } from '#model/digest';
import type { BundleDescriptor } from '#model/events';
import { BUNDLE_MEDIA_TYPE } from '#model/statement';
import type { Signer } from '#ports/signer';

/** A signed statement about one artifact, ready to be stored. */
export interface SignedStatement {
  /** The Sigstore bundle, as the bytes to keep. */
  readonly bundle: Uint8Array;
  readonly descriptor: BundleDescriptor;
  /** The statement that was signed, as its exact bytes. */
  readonly statement: Uint8Array;
}

export async function signStatement(
  signer: Signer,
  statement: Uint8Array,
  artifact: Digest,
  predicateType: string,
): Promise<SignedStatement> {
  const bundle = await signer.signStatement(statement);
  const descriptor = {
    digest: digestOf(bundle),
    size: bundle.length,
    mediaType: BUNDLE_MEDIA_TYPE,
    artifact,
    predicateType,
  };
  return { bundle, descriptor, statement };
}
