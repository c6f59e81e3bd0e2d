import type { Digest } from '#model/digest';
import type { Root } from '#model/registry-documents';
import type { BundleVerifier } from '#model/verified-bundle';
import { verifyDocument } from './document.ts';
import { requireUnexpiredRoot, verifyNextRoot, verifyPinnedRoot } from './root.ts';

/** The checks that opening a registry consists of, over one bundle verifier. */
export interface RegistryChecks {
  /** The root with the pinned digest, signed by its own threshold. */
  pinnedRoot(document: Uint8Array, signatures: Uint8Array, pin: Digest): Promise<Root>;
  /** The successor of a trusted root, signed by the threshold of both. */
  nextRoot(current: Root, document: Uint8Array, signatures: Uint8Array): Promise<Root>;
  /** Throws ROOT_EXPIRED. */
  requireUnexpired(root: Root, now: Date): void;
  /** That a holder of the snapshot role signed exactly these bytes. */
  snapshot(root: Root, document: Uint8Array, bundle: Uint8Array): Promise<void>;
}

/** See the functions behind each member for what they throw. */
export function registryChecks(verifier: BundleVerifier): RegistryChecks {
  return {
    pinnedRoot: (document, signatures, pin) => verifyPinnedRoot(verifier, document, signatures, pin),
    nextRoot: (current, document, signatures) => verifyNextRoot(verifier, current, document, signatures),
    requireUnexpired: requireUnexpiredRoot,
    async snapshot(root, document, bundle) {
      await verifyDocument(verifier, document, bundle, root, 'snapshot');
    },
  };
}
