import { AssayError } from '#model/errors';
import type { Identity } from '#model/identity';
import { namespaceOf, type PluginName } from '#model/names';
import type { Owners } from '#model/registry-documents';
import { requireKeyring } from './keyring.ts';

export const AUTHOR_ROLE = 'author';

/**
 * Who may publish a plugin. Throws IDENTITY_MISMATCH when the owners are of another namespace or list a key wrongly.
 */
export function requireOwners(owners: Owners, plugin: PluginName): readonly Identity[] {
  const namespace = namespaceOf(plugin);
  if (owners.namespace !== namespace) {
    throw new AssayError('IDENTITY_MISMATCH', `the owners of ${owners.namespace} have no say over ${plugin}`, {
      hint: `Use the owners file of the namespace ${namespace}.`,
    });
  }
  requireKeyring(owners.keys, owners.authors, `the owners file of ${namespace}`, 'IDENTITY_MISMATCH');
  return owners.authors;
}
