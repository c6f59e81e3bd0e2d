import { type Descriptor, descriptorOf, type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Artifact, BundleDescriptor, ReleaseEvent } from '#model/events';
import { namespaceOf } from '#model/names';
import { BUNDLE_MEDIA_TYPE, PREDICATE } from '#model/statement';
import type { EventDraft } from '#registry/events';
import { precedenceKey } from '#registry/event-order';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import type { OpenRegistry } from '#registry/open';
import type { NewFile } from '#registry/shards';
import { type AcceptedArtifact, acceptArtifact } from '#trust/artifact';
import { type ChangeOptions, type ChangePlan, changeRegistry, type PublishDependencies } from './change-registry.ts';

/** An approved artifact with the statements that make it so. */
export interface ReleaseArtifact {
  readonly bytes: Uint8Array;
  /** Id of the build job it came from; unique within the release. */
  readonly build: string;
  readonly platform: string;
  /** Default: application/wasm. */
  readonly mediaType?: string;
  /** Further addresses that serve the same bytes. */
  readonly urls?: readonly string[];
  /** Bundles of the author. */
  readonly provenance: readonly Uint8Array[];
  /** Bundle of the registry's verification summary. */
  readonly verdict: Uint8Array;
  /** The audit report that the verdict rests on; kept as a blob. */
  readonly report?: Uint8Array;
}

export interface ReleaseCompanion {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mediaType?: string;
}

export type ReleaseFacts = Pick<ReleaseEvent, 'name' | 'version' | 'abi' | 'capabilities' | 'dependencies'> &
  Partial<Pick<ReleaseEvent, 'type' | 'description' | 'license'>>;

export interface ReleaseRequest {
  readonly release: ReleaseFacts;
  readonly artifacts: readonly ReleaseArtifact[];
  readonly companions?: readonly ReleaseCompanion[];
}

/**
 * Publishes a version: every artifact's provenance and verdict are verified again against the registry's own root and
 * owners, then blobs, bundles, events and a new snapshot are written. All artifacts or none. Throws VERSION_TAKEN, what
 * the verification throws, TRANSITION_INVALID, PLUGIN_CONFLICT or FILE_UNWRITABLE; the registry is then as it was.
 */
export function publishRelease(
  request: ReleaseRequest,
  deps: PublishDependencies,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  return changeRegistry(
    deps,
    async (registry) => {
      const now = deps.clock.now();
      const release = await draftRelease(registry, request, now);
      const events: EventDraft[] = [release];
      for (const artifact of request.artifacts) {
        const accepted = await verifyAgain(registry, release, artifact, deps, now);
        events.push(verdictEvent(request.release.version, artifact, accepted, now));
      }
      return { events: new Map([[request.release.name, events]]), files: filesOf(request) };
    },
    options,
  );
}

async function draftRelease(registry: OpenRegistry, request: ReleaseRequest, now: Date): Promise<ReleaseEvent> {
  const { release, artifacts, companions = [] } = request;
  const log = await registry.log(release.name);
  const taken = log?.entries.find(
    ({ event }) => event.event === 'release' && precedenceKey(event.version) === precedenceKey(release.version),
  );
  if (taken !== undefined) {
    throw new AssayError('VERSION_TAKEN', `${release.name} ${release.version} is already published in ${registry.id}`, {
      hint: 'Versions are immutable. Publish the change under the next version.',
    });
  }
  return {
    event: 'release',
    seq: (log?.entries.length ?? 0) + 1,
    publishedAt: now.toISOString(),
    ...release,
    artifacts: artifacts.map(artifactEntry),
    companions: companions.map(({ path, bytes, mediaType }) => ({ path, ...descriptorOf(bytes, mediaType) })),
    bundles: artifacts.flatMap((artifact) =>
      artifact.provenance.map((bundle) => bundleEntry(artifact, bundle, PREDICATE.provenance)),
    ),
  };
}

function artifactEntry({ bytes, build, platform, mediaType, urls }: ReleaseArtifact): Artifact {
  if (bytes.length > REGISTRY_LIMITS.artifact) {
    throw new AssayError('FILE_TOO_LARGE', `the artifact of ${build} is larger than ${REGISTRY_LIMITS.artifact} bytes`);
  }
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    mediaType: mediaType ?? 'application/wasm',
    build,
    platform,
    urls: [...(urls ?? [])],
  };
}

function bundleEntry({ bytes }: ReleaseArtifact, bundle: Uint8Array, predicateType: string): BundleDescriptor {
  if (bundle.length > REGISTRY_LIMITS.bundle) {
    throw new AssayError('BUNDLE_MALFORMED', `a bundle is larger than ${REGISTRY_LIMITS.bundle} bytes`);
  }
  const artifact: Digest = digestOf(bytes);
  return { digest: digestOf(bundle), size: bundle.length, mediaType: BUNDLE_MEDIA_TYPE, artifact, predicateType };
}

async function verifyAgain(
  registry: OpenRegistry,
  release: ReleaseEvent,
  artifact: ReleaseArtifact,
  { verifier }: PublishDependencies,
  now: Date,
): Promise<AcceptedArtifact> {
  const namespace = namespaceOf(release.name);
  const owners = await registry.owners(namespace);
  if (owners === undefined) {
    throw new AssayError('IDENTITY_MISMATCH', `the namespace ${namespace} has no owners in ${registry.id}`, {
      hint: `Enrol its owners first: assay registry owners REGISTRY ${namespace} --key author.pub --keys KEYS`,
    });
  }
  return acceptArtifact(verifier, {
    bytes: artifact.bytes,
    artifact: artifactEntry(artifact),
    release,
    provenance: artifact.provenance,
    verdicts: [artifact.verdict],
    root: registry.root,
    owners,
    acceptedPolicies: registry.acceptedPolicies,
    now,
  });
}

function verdictEvent(version: string, artifact: ReleaseArtifact, accepted: AcceptedArtifact, now: Date): EventDraft {
  const { policy } = accepted.verdict;
  if (policy === undefined) {
    throw new AssayError('STATEMENT_INVALID', `the verdict on ${artifact.build} names no policy`);
  }
  const report: Descriptor | undefined = artifact.report && descriptorOf(artifact.report, 'application/json');
  return {
    event: 'verdict',
    at: now.toISOString(),
    version,
    artifact: digestOf(artifact.bytes),
    result: 'PASSED',
    policy,
    bundle: bundleEntry(artifact, artifact.verdict, PREDICATE.verificationSummary),
    ...(report === undefined ? {} : { report }),
  };
}

function filesOf({ artifacts, companions = [] }: ReleaseRequest): NewFile[] {
  const blob = (bytes: Uint8Array): NewFile => ({ path: LAYOUT.blob(digestOf(bytes)), bytes });
  return [
    ...artifacts.map(({ bytes }) => blob(bytes)),
    ...artifacts.flatMap(({ report }) => (report === undefined ? [] : [blob(report)])),
    ...companions.map(({ bytes }) => blob(bytes)),
    ...artifacts.flatMap((artifact) =>
      [...artifact.provenance, artifact.verdict].map((bundle) => ({
        path: LAYOUT.bundle(digestOf(artifact.bytes), digestOf(bundle)),
        bytes: bundle,
      })),
    ),
  ];
}
