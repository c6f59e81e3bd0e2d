import semver from 'semver';
import { canonicalJson } from '#model/canonical-json';
import { AssayError } from '#model/errors';
import type { ReleaseEvent } from '#model/events';
import type { LockedPlugin, Lockfile } from '#model/lockfile';
import type { PluginName } from '#model/names';
import type { TrustPolicy } from '#model/trust-policy';
import type { OpenRegistry } from '#registry/open';
import { blocked, registryFor, type Requirement } from '#registry/resolution';
import type { Resolution, ResolvedPlugin } from '#registry/resolved';
import { versionsOf } from '#registry/versions';
import type { RegistryOpener } from './open-registries.ts';

/**
 * Exactly what the lock says, or an error: LOCK_OUTDATED when a requirement is not met by it or it was edited,
 * INDEX_TAMPERED when a locked release is gone or changed, VERSION_BLOCKED, ROOT_INVALID when the lock trusted another
 * root.
 */
export async function resolveFrozen(
  lock: Lockfile,
  requirements: readonly Requirement[],
  trust: TrustPolicy,
  open: RegistryOpener,
): Promise<Resolution> {
  requireLocked(lock, requirements);
  const plugins: ResolvedPlugin[] = [];
  const registries = new Map<string, OpenRegistry>();
  const warnings = new Set<string>();
  for (const [name, locked] of Object.entries(lock.plugins)) {
    const id = registryFor({ name, range: '*', registry: locked.registry }, trust);
    if (lock.registries[id]?.root !== trust.registries[id]?.root) {
      throw new AssayError('ROOT_INVALID', `the lock trusts another root of the registry ${id} than trust.json`, {
        hint: 'Find out which of the two is right before installing.',
      });
    }
    const registry = await open(id);
    const found = await lockedRelease(registry, name, locked);
    plugins.push(found.plugin);
    registries.set(id, registry);
    for (const warning of [...registry.warnings, ...found.warnings]) warnings.add(warning);
  }
  return { plugins, locked: lock, registries, warnings: [...warnings] };
}

/** Throws LOCK_OUTDATED unless the lock meets every requirement. */
export function requireLocked(lock: Lockfile, requirements: readonly Requirement[]): void {
  for (const { name, range, registry } of requirements) {
    const locked = lock.plugins[name];
    const isFrom = registry === undefined || locked?.registry === registry;
    const fits = locked !== undefined && semver.satisfies(locked.version, range, { includePrerelease: true });
    if (isFrom && fits) continue;
    const what = locked === undefined ? 'is not in it' : `is locked at ${locked.version} of ${locked.registry}`;
    throw new AssayError(
      'LOCK_OUTDATED',
      `assay.lock does not fit: ${registry === undefined ? '' : `${registry}:`}${name} ${range} is asked for and ${what}`,
      {
        hint: 'Install without --frozen to renew the lock, and keep the new one.',
      },
    );
  }
}

/** What people read in a lock has to be what its digest stands for, or a review of the file reviews nothing. */
function requireSameFacts(name: PluginName, locked: LockedPlugin, release: ReleaseEvent): void {
  const facts = ({ version, abi, capabilities, artifacts }: LockedPlugin | ReleaseEvent) => ({
    version,
    abi,
    capabilities,
    artifacts: artifacts.map(({ platform, digest, size }) => ({ platform, digest, size })),
  });
  if (canonicalJson(facts(locked)) === canonicalJson(facts(release))) return;
  throw new AssayError('LOCK_OUTDATED', `assay.lock says other things of ${name} ${locked.version} than its release`, {
    hint: `The locked digest is that of ${release.version}. Somebody edited the file: restore it, or install without --frozen.`,
  });
}

async function lockedRelease(
  registry: OpenRegistry,
  name: PluginName,
  locked: LockedPlugin,
): Promise<{ plugin: ResolvedPlugin; warnings: string[] }> {
  const log = await registry.log(name);
  const version = log === undefined ? undefined : versionsOf(log).find((one) => one.releaseDigest === locked.release);
  if (version === undefined) {
    throw new AssayError(
      'INDEX_TAMPERED',
      `${registry.id} does not list the release of ${name} ${locked.version} that is locked`,
      {
        hint: 'Published versions never change. Ask the registry’s maintainers before going on.',
      },
    );
  }
  requireSameFacts(name, locked, version.release);
  if (version.state === 'blocked') throw blocked(name, version);
  const { requested, dependency } = locked;
  const warnings =
    version.state === 'active'
      ? []
      : [`${name} ${locked.version} is ${version.state}: ${version.stateEvent?.reason ?? ''}`];
  return { plugin: { name, registry, version, requested, dependency }, warnings };
}
