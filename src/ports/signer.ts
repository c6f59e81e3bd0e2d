import type { KeyId, PublicKey } from '#model/identity';

/** Makes Sigstore bundles v0.3, as the bytes to be kept. One signer holds one key or one workload identity. */
export interface Signer {
  /** Absent for keyless signers. */
  readonly key?: { readonly id: KeyId; readonly publicKey: PublicKey };
  /** DSSE envelope around an in-toto Statement, given as the exact bytes to sign. */
  signStatement(statement: Uint8Array): Promise<Uint8Array>;
  /** Message signature over a document's bytes (snapshot, root, configuration). */
  signDocument(document: Uint8Array): Promise<Uint8Array>;
}
