import type { Identity, RootRole } from '#model/identity';
import type { Root } from '#model/registry-documents';
import type { BundleVerifier } from '#model/verified-bundle';
import { AssayError } from '#model/errors';
import { requireHolder } from './identity.ts';

/** Who holds a role under a root. Throws IDENTITY_MISMATCH for a role that nobody holds. */
export function holdersOf(root: Root, role: RootRole): readonly Identity[] {
  const holders = root.roles[role];
  if (holders !== undefined) return holders;
  throw new AssayError('IDENTITY_MISMATCH', `the root of ${root.registryId} gives the role ${role} to nobody`, {
    hint: `Add holders of the role ${role} to the next root.`,
  });
}

/**
 * Verifies a signed document (snapshot, configuration) over exactly the bytes given.
 * Throws BUNDLE_MALFORMED, BUNDLE_INVALID or IDENTITY_MISMATCH.
 */
export async function verifyDocument(
  verifier: BundleVerifier,
  document: Uint8Array,
  bundle: Uint8Array,
  root: Root,
  role: 'snapshot' | 'config',
): Promise<Identity> {
  const holders = holdersOf(root, role);
  const { signer } = await verifier.verifyDocument(bundle, document, root.keys);
  return requireHolder(signer, holders, role);
}
