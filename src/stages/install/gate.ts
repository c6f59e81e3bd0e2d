import { canonicalJson } from '#model/canonical-json';
import type { Digest } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Artifact, BundleDescriptor, ReleaseEvent } from '#model/events';
import type { LockedPlugin } from '#model/lockfile';
import { namespaceOf } from '#model/names';
import type { InstalledPlugin } from '#model/runtime-state';
import { PREDICATE } from '#model/statement';
import type { TrustPolicy } from '#model/trust-policy';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { PluginLoader } from '#ports/plugin-loader';
import type { ResolvedPlugin } from '#registry/resolved';
import { standingVerdict } from '#registry/versions';
import { acceptArtifact } from '#trust/artifact';
import { describeIdentity } from '#trust/identity';
import { requireAllowedCapabilities } from './capability-policy.ts';
import { requireCompatible, selectArtifact } from './compatibility.ts';

export interface GateDependencies {
  readonly trust: TrustPolicy;
  readonly verifier: BundleVerifier;
  readonly loader: PluginLoader;
  readonly now: Date;
  /** The bytes as they already stand in the store, if they do. */
  readonly stored: (artifact: Artifact) => Promise<Uint8Array | undefined>;
  /** Digests of artifacts that are in use now, and so are known to load. */
  readonly inUse: ReadonlySet<Digest>;
}

export interface GateRequest {
  readonly plugin: ResolvedPlugin;
  /** What this machine has locked of the plugin. */
  readonly locked: LockedPlugin | undefined;
  /** Someone decided that another author may sign from now on. */
  readonly acceptNewSigner: boolean;
  /** Someone decided that another registry may serve it from now on. */
  readonly acceptNewRegistry: boolean;
}

/** A plugin that passed every check. */
export interface AdmittedPlugin {
  readonly bytes: Uint8Array;
  readonly installed: InstalledPlugin;
  readonly locked: LockedPlugin;
  readonly warnings: readonly string[];
}

/**
 * Lets one plugin in, or says why not, in this order: who serves it, ABI and host, platform, size and digest,
 * provenance, verdict, the author against the lock, capabilities, a load in a process of its own.
 */
export async function admit(request: GateRequest, deps: GateDependencies): Promise<AdmittedPlugin> {
  const { plugin, locked } = request;
  const { registry, version } = plugin;
  const { release } = version;
  const { trust, verifier, now } = deps;
  if (locked !== undefined && locked.registry !== registry.id && !request.acceptNewRegistry) {
    throw new AssayError(
      'PLUGIN_CONFLICT',
      `${release.name} is installed from ${locked.registry}, not ${registry.id}`,
      {
        hint: 'Uninstall it first, or say that the other registry takes over.',
      },
    );
  }
  const warnings = requireCompatible(release, trust);
  const artifact = selectArtifact(release, trust);
  const standing = standingVerdict(version, artifact.digest, registry.acceptedPolicies);
  if (standing === undefined) {
    throw new AssayError('VERDICT_MISSING', `${named(release)} has no verdict of ${registry.id} that counts here`, {
      hint: 'The registry must audit it under a policy that it and this machine accept.',
    });
  }
  const owners = await registry.owners(namespaceOf(release.name));
  if (owners === undefined) {
    throw new AssayError('PROVENANCE_MISSING', `${registry.id} names no owners of ${namespaceOf(release.name)}`);
  }
  const bytes =
    (await deps.stored(artifact)) ?? (await registry.artifact(artifact, version.mirrors.get(artifact.digest)));
  const accepted = await acceptArtifact(verifier, {
    bytes,
    artifact,
    release,
    provenance: await Promise.all(provenanceOf(release, artifact).map((descriptor) => registry.bundle(descriptor))),
    verdicts: [await registry.bundle(standing.bundle)],
    root: registry.root,
    owners,
    acceptedPolicies: registry.acceptedPolicies,
    now,
  });
  const signer = accepted.provenance.holder;
  requireSameSigner(release, locked, signer, request.acceptNewSigner);
  requireAllowedCapabilities(release, trust.capabilities);
  if (!deps.inUse.has(artifact.digest)) await deps.loader.check(bytes, release.abi, named(release));
  return { bytes, installed: installedOf(plugin, artifact, signer), locked: lockedOf(plugin, signer), warnings };
}

function requireSameSigner(
  release: ReleaseEvent,
  locked: LockedPlugin | undefined,
  signer: LockedPlugin['signer'],
  accept: boolean,
): void {
  if (accept || locked === undefined || canonicalJson(locked.signer) === canonicalJson(signer)) return;
  throw new AssayError(
    'IDENTITY_MISMATCH',
    `${named(release)} is signed by ${describeIdentity(signer)}; what is installed was signed by ${describeIdentity(locked.signer)}`,
    { hint: 'The namespace has new owners. If you know of that: --accept-new-signer' },
  );
}

function installedOf(
  { registry, version }: ResolvedPlugin,
  { urls: _urls, ...artifact }: Artifact,
  signer: LockedPlugin['signer'],
): InstalledPlugin {
  const { release } = version;
  return {
    registry: registry.id,
    version: release.version,
    release: version.releaseDigest,
    artifact,
    abi: release.abi,
    capabilities: release.capabilities,
    signer,
    dependencies: release.dependencies,
  };
}

function lockedOf(
  { registry, version, requested, dependency }: ResolvedPlugin,
  signer: LockedPlugin['signer'],
): LockedPlugin {
  const { release } = version;
  return {
    registry: registry.id,
    version: release.version,
    release: version.releaseDigest,
    artifacts: release.artifacts.map((artifact) => ({
      platform: artifact.platform,
      digest: artifact.digest,
      size: artifact.size,
      provenance: provenanceOf(release, artifact).map(({ digest }) => digest),
      verdict: verdictOf(version, artifact, registry.acceptedPolicies),
    })),
    signer,
    abi: release.abi,
    capabilities: release.capabilities,
    requested,
    dependency,
  };
}

function verdictOf(
  version: ResolvedPlugin['version'],
  { digest }: Artifact,
  accepted: Parameters<typeof standingVerdict>[2],
): LockedPlugin['artifacts'][number]['verdict'] {
  const verdict = standingVerdict(version, digest, accepted);
  return verdict === undefined ? [] : [verdict.bundle.digest];
}

function provenanceOf(release: ReleaseEvent, { digest }: Artifact): BundleDescriptor[] {
  return release.bundles.filter(
    (bundle) => bundle.artifact === digest && bundle.predicateType === PREDICATE.provenance,
  );
}

function named({ name, version }: ReleaseEvent): string {
  return `${name} ${version}`;
}
