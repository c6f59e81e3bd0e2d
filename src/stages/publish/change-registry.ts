import { canonicalJson } from '#model/canonical-json';
import { type Digest, digestOf } from '#model/digest';
import type { PluginName } from '#model/names';
import type { Owners, Snapshot } from '#model/registry-documents';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import type { RegistryWriter } from '#ports/registry-store';
import type { Signer } from '#ports/signer';
import { appendEvents, type EventDraft } from '#registry/events';
import { fileOf, indexPath, LAYOUT, type LogicalPath, ownersPath } from '#registry/layout';
import { openRegistry, type OpenRegistry, type RegistryPin } from '#registry/open';
import { type IndexEntry, type NewFile, parseShard, updateShards } from '#registry/shards';
import { DEFAULT_LIFETIME_DAYS, encodeSnapshot, nextSnapshot } from '#registry/snapshot';
import { checkTransition, type IndexView, type Transition } from '#registry/transition';
import { registryChecks } from '#trust/registry-verification';

/** What every change of a registry needs. */
export interface PublishDependencies {
  readonly registry: RegistryWriter;
  readonly pin: RegistryPin;
  readonly verifier: BundleVerifier;
  /** Holds the snapshot role. */
  readonly signer: Signer;
  readonly clock: Clock;
  /** How long the new snapshot allows installs. */
  readonly lifetimeDays?: number;
}

/** What is to be different. Everything that is left out stays as it is. */
export interface RegistryChange {
  readonly events?: ReadonlyMap<PluginName, readonly EventDraft[]>;
  readonly owners?: readonly Owners[];
  readonly acceptedPolicies?: readonly Digest[];
  /** Content-addressed files that the change refers to: blobs, bundles, policies. */
  readonly files?: readonly NewFile[];
  /** Namespaces whose owners a person agreed to replace. */
  readonly ownersMayChange?: ReadonlySet<string>;
}

/** A change worked out to the last byte, checked, and not yet written. */
export interface ChangePlan {
  readonly transition: Transition;
  readonly snapshot: Snapshot;
  readonly snapshotBytes: Uint8Array;
  /** In the order of writing; nothing points at them until the snapshot does. */
  readonly files: readonly NewFile[];
}

export interface ChangeOptions {
  /** Works everything out and writes nothing. */
  readonly dryRun?: boolean;
}

/**
 * Changes a registry from its last signed snapshot to the next. Content-addressed files are written first and
 * snapshot.json moves last, so that whoever is interrupted leaves the old snapshot valid and complete. What is signed
 * has passed `checkTransition`, and the signature is checked against the root before anything is written.
 */
export async function changeRegistry(
  deps: PublishDependencies,
  decide: (registry: OpenRegistry) => Promise<RegistryChange>,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  if (options.dryRun) return planChange(deps, decide).then(({ plan }) => plan);
  return deps.registry.exclusively(async () => {
    const { plan, registry } = await planChange(deps, decide);
    const bundle = await signSnapshot(deps, registry, plan.snapshotBytes);
    for (const { path, bytes } of plan.files) await deps.registry.add(path, bytes);
    await deps.registry.commit(snapshotPointers(plan.snapshotBytes, bundle));
    return plan;
  });
}

async function planChange(
  deps: PublishDependencies,
  decide: (registry: OpenRegistry) => Promise<RegistryChange>,
): Promise<{ plan: ChangePlan; registry: OpenRegistry }> {
  const now = deps.clock.now();
  // A publisher renews what has expired, so only the root has to be in time.
  const { verifier } = deps;
  const registry = await openRegistry(deps.registry, deps.pin, { verifier, now, allowExpired: true });
  registryChecks(verifier).requireUnexpired(registry.root, now);

  const change = await decide(registry);
  const index = await changedIndexFiles(registry, change);
  const { shards, files: shardFiles } = await updateShards(
    registry.snapshot.shards,
    index.updates,
    async (prefix, entry) => {
      const path = LAYOUT.shard(entry.digest);
      return parseShard(await registry.read(path, entry), prefix, path);
    },
  );
  const snapshot = nextSnapshot(registry.snapshot, {
    registryId: registry.id,
    shards,
    acceptedPolicies: change.acceptedPolicies ?? registry.snapshot.acceptedPolicies,
    now,
    lifetimeDays: deps.lifetimeDays ?? DEFAULT_LIFETIME_DAYS,
  });
  const files = withoutRepeats([...(change.files ?? []), ...index.files, ...shardFiles]);
  const transition = await checkTransition(registry, overlay(registry, snapshot, files), {
    ownersMayChange: change.ownersMayChange ?? new Set(),
  });
  return { plan: { transition, snapshot, snapshotBytes: encodeSnapshot(snapshot), files }, registry };
}

async function changedIndexFiles(
  registry: OpenRegistry,
  change: RegistryChange,
): Promise<{ updates: Map<LogicalPath, IndexEntry>; files: NewFile[] }> {
  const updates = new Map<LogicalPath, IndexEntry>();
  const files: NewFile[] = [];
  const put = (path: LogicalPath, bytes: Uint8Array) => {
    const digest = digestOf(bytes);
    updates.set(path, { digest, size: bytes.length });
    files.push({ path: fileOf(path, digest), bytes });
  };
  for (const owners of change.owners ?? []) {
    const since = latest(owners.since, (await registry.owners(owners.namespace))?.since);
    put(ownersPath(owners.namespace), Buffer.from(`${canonicalJson({ ...owners, since })}\n`, 'utf8'));
  }
  for (const [name, drafts] of change.events ?? []) {
    const log = await registry.log(name);
    const last = log?.entries.at(-1)?.event;
    const time = last?.event === 'release' ? last.publishedAt : last?.at;
    const dated = drafts.map((draft) => notBefore(draft, time));
    put(indexPath(name), appendEvents(log, name, dated).bytes);
  }
  return { updates, files };
}

/**
 * An event, dated no earlier than the one above it. A publisher whose clock once ran ahead must not keep the next one
 * from blocking a version.
 */
function notBefore(draft: EventDraft, time: string | undefined): EventDraft {
  return draft.event === 'release'
    ? { ...draft, publishedAt: latest(draft.publishedAt, time) }
    : { ...draft, at: latest(draft.at, time) };
}

function latest(time: string, other: string | undefined): string {
  return other !== undefined && Date.parse(other) > Date.parse(time) ? other : time;
}

/** Signs, and refuses a signature that the registry's own readers would refuse. */
async function signSnapshot(
  deps: PublishDependencies,
  { root }: Pick<OpenRegistry, 'root'>,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const bundle = await deps.signer.signDocument(bytes);
  await registryChecks(deps.verifier).snapshot(root, bytes, bundle);
  return bundle;
}

/** The files that move when a snapshot becomes the current one, in their order. snapshot.json is the switch. */
export function snapshotPointers(snapshot: Uint8Array, bundle: Uint8Array): NewFile[] {
  return [
    { path: LAYOUT.bundleOfSnapshot(digestOf(snapshot)), bytes: bundle },
    { path: LAYOUT.snapshot, bytes: snapshot },
    { path: LAYOUT.snapshotBundle, bytes: bundle },
  ];
}

/** The registry as it will be: new files over those that are there. */
function overlay(registry: OpenRegistry, snapshot: Snapshot, files: readonly NewFile[]): IndexView {
  const fresh = new Map(files.map(({ path, bytes }) => [path, bytes]));
  return { snapshot, read: async (path, entry) => fresh.get(path) ?? registry.read(path, entry) };
}

function withoutRepeats(files: readonly NewFile[]): NewFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
