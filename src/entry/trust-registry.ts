import type { Digest } from '#model/digest';
import { AssayError } from '#model/errors';
import { NamespaceSchema } from '#model/names';
import { parseValue } from '#model/parse';
import { type TrustPolicy, TrustPolicySchema } from '#model/trust-policy';
import type { Clock } from '#ports/clock';
import { hintedId, openTrusted } from './registry-access.ts';
import { readTrust, writeTrust } from './trust-file.ts';

export interface RegistryTrust {
  /** Runtime folder, absolute. */
  readonly runtime: string;
  /** Address of the registry, or its folder, absolute. */
  readonly url: string;
  /** Digest of the first root. */
  readonly root: Digest;
  /** Namespaces that only this registry may serve there. */
  readonly namespaces: readonly string[];
  /** What the namespaces were given as, for errors: `--namespace`. */
  readonly source: string;
}

/**
 * Pins a registry's root in a runtime folder, after opening the registry with it once. Throws REGISTRY_EXISTS or
 * PLUGIN_CONFLICT where the folder says otherwise already, and what opening throws; nothing is then changed.
 */
export async function trustRegistry(
  { runtime, url, root, namespaces: wanted, source }: RegistryTrust,
  clock: Clock,
): Promise<{ readonly id: string; readonly trust: TrustPolicy }> {
  const id = await hintedId(url);
  await openTrusted(url, { id, root }, clock);
  const before =
    (await readTrust(runtime)) ??
    parseValue(
      TrustPolicySchema,
      { schema: 'assay.trust/1', registries: {}, namespaces: {} },
      { source: 'trust.json' },
    );
  // "constructor" is an id and a namespace like any other.
  const known = Object.hasOwn(before.registries, id) ? before.registries[id] : undefined;
  if (known !== undefined && (known.root !== root || known.url !== url)) {
    throw new AssayError('REGISTRY_EXISTS', `${runtime} already trusts a registry ${id}, at ${known.url}`, {
      hint: 'Take it out of trust.json first, if that is what you mean. A changed root alone needs no new pin.',
    });
  }
  const namespaces: Record<string, string> = { ...before.namespaces };
  for (const text of wanted) {
    const namespace = parseValue(NamespaceSchema, text, { source, invalidCode: 'INPUT_INVALID' });
    const bound = Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : undefined;
    if (bound !== undefined && bound !== id) {
      throw new AssayError(
        'PLUGIN_CONFLICT',
        `the namespace ${namespace} already belongs to the registry ${bound} here`,
        { hint: 'One namespace is served by one registry. Change trust.json if it is to move.' },
      );
    }
    namespaces[namespace] = id;
  }
  const trust = { ...before, registries: { ...before.registries, [id]: { ...known, url, root } }, namespaces };
  await writeTrust(runtime, trust);
  return { id, trust };
}
