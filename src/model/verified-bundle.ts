import type { Keyring, Signer } from './identity.ts';

/** What cryptography says about a bundle. Whether that signer may say it is decided in src/trust. */
export interface VerifiedBundle {
  readonly signer: Signer;
  /** The DSSE payload for statements; undefined for message signatures. */
  readonly statement: Uint8Array | undefined;
}

/**
 * Checks signatures, certificate chains, transparency log entries and timestamps. Throws BUNDLE_MALFORMED or
 * BUNDLE_INVALID. Keys come from the caller's keyring, never from the bundle.
 *
 * The interface stands here and not among the ports so that trust, which imports values alone, can be written over it.
 */
export interface BundleVerifier {
  /** A DSSE bundle around an in-toto Statement. */
  verifyStatement(bundle: Uint8Array, keyring: Keyring): Promise<VerifiedBundle>;
  /** A message-signature bundle over exactly these bytes. */
  verifyDocument(bundle: Uint8Array, document: Uint8Array, keyring: Keyring): Promise<VerifiedBundle>;
}
