import { AssayError } from '#model/errors';
import type { Lockfile } from '#model/lockfile';
import type { TrustPolicy } from '#model/trust-policy';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import type { Folder } from '#ports/folder';
import type { RegistryReader } from '#ports/registry-store';
import { type OpenOptions, openRegistry, type OpenRegistry } from '#registry/open';
import { readRegistryState } from '#runtime/documents';

export interface OpenRegistriesDependencies {
  readonly trust: TrustPolicy;
  /** A reader for a registry's `url`; the id says whose cache it may use. */
  readonly readerFor: (url: string, id: string) => RegistryReader;
  readonly verifier: BundleVerifier;
  readonly clock: Clock;
  /** Remembers the newest serial and root of each registry. */
  readonly runtime: Folder;
  /** Its serials are floors too. */
  readonly locked?: Lockfile | undefined;
  readonly allowExpired?: boolean;
  readonly download?: OpenOptions['download'];
}

/** Gives each registry of `trust` opened, at most once. */
export type RegistryOpener = (id: string) => Promise<OpenRegistry>;

/**
 * Opens trusted registries from their pinned roots, with the highest serial that this machine or the lock has seen as
 * the floor. The opener throws REGISTRY_UNKNOWN or what `openRegistry` throws.
 */
export function registryOpener(deps: OpenRegistriesDependencies): RegistryOpener {
  const opened = new Map<string, Promise<OpenRegistry>>();
  const open = async (id: string): Promise<OpenRegistry> => {
    const trusted = Object.hasOwn(deps.trust.registries, id) ? deps.trust.registries[id] : undefined;
    if (trusted === undefined) {
      throw new AssayError('REGISTRY_UNKNOWN', `the registry ${id} is not trusted here`, {
        hint: `Trusted: ${Object.keys(deps.trust.registries).join(', ') || 'none'}`,
      });
    }
    const pin = { id, root: trusted.root, policies: trusted.policies };
    const seen = deps.locked?.registries[id];
    const floor = seen?.root === trusted.root ? seen.serial : undefined;
    return openRegistry(deps.readerFor(trusted.url, id), pin, {
      verifier: deps.verifier,
      now: deps.clock.now(),
      memory: await readRegistryState(deps.runtime, id),
      allowExpired: deps.allowExpired ?? false,
      ...(floor === undefined ? {} : { floorSerial: floor }),
      ...(deps.download === undefined ? {} : { download: deps.download }),
    });
  };
  return (id) => {
    const known = opened.get(id) ?? open(id);
    opened.set(id, known);
    return known;
  };
}
