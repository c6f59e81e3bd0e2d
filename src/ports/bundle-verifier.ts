import type { Keyring, Signer } from '#model/identity';

/** What cryptography says about a bundle. Whether that signer may say it is decided in src/trust. */
export interface VerifiedBundle {
  readonly signer: Signer;
  /** The DSSE payload for statements; undefined for message signatures. */
  readonly statement: Uint8Array | undefined;
}

/**
 * Checks signatures, certificate chains, transparency log entries and timestamps. Throws BUNDLE_MALFORMED or
 * BUNDLE_INVALID. Keys come from the caller's keyring, never from the bundle.
 */
export interface BundleVerifier {
  /** A DSSE bundle. */
  verifyStatement(bundle: Uint8Array, keyring: Keyring): Promise<VerifiedBundle>;
  /** A message-signature bundle over exactly these bytes. */
  verifyDocument(bundle: Uint8Array, document: Uint8Array, keyring: Keyring): Promise<VerifiedBundle>;
}
