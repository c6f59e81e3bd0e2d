import { AssayError, type ErrorCode } from '#model/errors';
import type { Identity, Keyring } from '#model/identity';
import { namespaceOf, type PluginName } from '#model/names';
import type { Owners } from '#model/registry-documents';
import { requireKeyring } from './keyring.ts';

export const AUTHOR_ROLE = 'author';

/**
 * Who may publish a plugin. Throws IDENTITY_MISMATCH when the owners are of another namespace, list a key wrongly, or
 * name one of `otherKeys`: with a key that holds another role as well, one theft would be two.
 */
export function requireOwners(owners: Owners, plugin: PluginName, otherKeys: Keyring): readonly Identity[] {
  const namespace = namespaceOf(plugin);
  if (owners.namespace !== namespace) {
    throw new AssayError('IDENTITY_MISMATCH', `the owners of ${owners.namespace} have no say over ${plugin}`, {
      hint: `Use the owners file of the namespace ${namespace}.`,
    });
  }
  requireKeyring(owners.keys, owners.authors, `the owners file of ${namespace}`, 'IDENTITY_MISMATCH');
  requireOwnKeys(owners, otherKeys, 'IDENTITY_MISMATCH');
  return owners.authors;
}

/** Throws `code` when an author's key is among those that the registry's root lists for other roles. */
export function requireOwnKeys(
  { namespace, authors }: Pick<Owners, 'namespace' | 'authors'>,
  otherKeys: Keyring,
  code: ErrorCode,
): void {
  for (const author of authors) {
    if (author.kind !== 'key' || !Object.hasOwn(otherKeys, author.keyId)) continue;
    throw new AssayError(code, `the key ${author.keyId} of an author of ${namespace} holds another role in the root`, {
      hint: 'Give the author a key of its own: `assay keygen`. One key holds one role.',
    });
  }
}
