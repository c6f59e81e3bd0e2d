import { canonicalJson } from '#model/canonical-json';
import { AssayError } from '#model/errors';
import { type Digest, digestOf } from '#model/digest';
import type { Artifact, BundleDescriptor } from '#model/events';
import type { PluginName } from '#model/names';
import type { Owners, Root, Shard, Snapshot } from '#model/registry-documents';
import type { BundleVerifier } from '#model/verified-bundle';
import { type RegistryChecks, registryChecks } from '#trust/registry-verification';
import { readBounded, readChecked, type RegistryFiles } from './checked-read.ts';
import { type EventLog, parseEventLog } from './events.ts';
import { fileOf, indexPath, LAYOUT, type LogicalPath, ownersPath, parseLogicalPath } from './layout.ts';
import { ADDRESSES_TRIED, REGISTRY_LIMITS } from './limits.ts';
import { openRoot } from './root-chain.ts';
import { type IndexEntry, locateShard, parseShard } from './shards.ts';
import { isPastHalfLife, parseSnapshot } from './snapshot.ts';
import { type IndexView, parseOwners } from './transition.ts';

/** What a machine was told about a registry before it read anything from it. */
export interface RegistryPin {
  readonly id: string;
  /** Digest of the first root that was trusted. */
  readonly root: Digest;
  /** Narrows which policies count. */
  readonly policies?: readonly Digest[] | undefined;
}

/** What a machine has seen of a registry before. Kept on disk, written only after every check passed. */
export interface RegistryMemory {
  /** The pinned root from which it was seen; under another pin it says nothing. */
  readonly pin: Digest;
  readonly rootVersion: number;
  readonly root: Digest;
  readonly serial: number;
  readonly snapshot: Digest;
  /** Serials up to this one were seen under a holder of the snapshot role who lost it since, and count no more. */
  readonly forgotten?: number | undefined;
}

export interface OpenOptions {
  readonly verifier: BundleVerifier;
  readonly now: Date;
  readonly memory?: RegistryMemory | undefined;
  /** A serial known from elsewhere, such as a lockfile or a configuration. */
  readonly floorSerial?: number;
  /** Reads an expired snapshot too: enough to look, or to start what is installed, never to install. */
  readonly allowExpired?: boolean;
  /** Fetches bytes from an address outside the registry; they are checked by digest. */
  readonly download?: (url: string, maxBytes: number) => Promise<Uint8Array | undefined>;
}

/** A registry whose root and snapshot have been verified. Whatever it returns matches the snapshot by digest. */
export interface OpenRegistry extends IndexView {
  readonly id: string;
  readonly location: string;
  readonly root: Root;
  readonly snapshotBytes: Uint8Array;
  /** Policies that the registry accepts and this machine does not exclude. */
  readonly acceptedPolicies: ReadonlySet<Digest>;
  /** What to remember for the next time. */
  readonly memory: RegistryMemory;
  /** What was remembered when it was opened. */
  readonly since: RegistryMemory | undefined;
  readonly warnings: readonly string[];
  log(name: PluginName): Promise<EventLog | undefined>;
  owners(namespace: string): Promise<Owners | undefined>;
  /** Every plugin's name, sorted. Reads all shards. */
  list(): Promise<readonly PluginName[]>;
  /** An artifact's bytes from the registry's own copy, else from the addresses given. Throws DIGEST_MISMATCH. */
  artifact(artifact: Artifact, mirrors?: readonly string[]): Promise<Uint8Array>;
  bundle(descriptor: BundleDescriptor): Promise<Uint8Array>;
}

/**
 * Opens a registry: root chain from the pinned root, then the snapshot's signature, serial and expiry. Throws
 * REGISTRY_UNKNOWN, ROOT_INVALID, ROOT_EXPIRED, IDENTITY_MISMATCH, BUNDLE_INVALID, SNAPSHOT_ROLLBACK, SNAPSHOT_FORKED,
 * SNAPSHOT_EXPIRED, INDEX_INVALID or INDEX_TAMPERED.
 */
export async function openRegistry(files: RegistryFiles, pin: RegistryPin, given: OpenOptions): Promise<OpenRegistry> {
  const options = { ...given, memory: given.memory?.pin === pin.root ? given.memory : undefined };
  const checks = registryChecks(options.verifier);
  const root = await openRoot(files, pin, checks, options);
  const isLost = lostHolder(root.first, root.root);
  const forgotten = Math.max(options.memory?.forgotten ?? 0, isLost ? (options.memory?.serial ?? 0) : 0);
  const known = withoutForgotten(options, forgotten, isLost);
  const { snapshot, bytes: snapshotBytes, warnings } = await openSnapshot(files, root.root, checks, known);
  const index = indexReader(files, snapshot);
  return {
    id: root.root.registryId,
    location: files.location,
    root: root.root,
    snapshot,
    snapshotBytes,
    acceptedPolicies: narrowed(snapshot.acceptedPolicies, pin.policies),
    memory: {
      pin: pin.root,
      rootVersion: root.root.version,
      root: root.digest,
      serial: snapshot.serial,
      snapshot: digestOf(snapshotBytes),
      ...(forgotten === 0 ? {} : { forgotten }),
    },
    since: given.memory,
    warnings,
    ...index,
    artifact: (artifact, mirrors) => readArtifact(files, artifact, mirrors ?? [], options.download),
    bundle: (descriptor) =>
      readChecked(files, LAYOUT.bundle(descriptor.artifact, descriptor.digest), descriptor, REGISTRY_LIMITS.bundle),
  };
}

/** Whether a newer root takes the snapshot role from somebody, as it does when a key was stolen. */
function lostHolder(before: Root, after: Root): boolean {
  const holders = new Set(after.roles.snapshot.map(canonicalJson));
  return before.roles.snapshot.some((holder) => !holders.has(canonicalJson(holder)));
}

/**
 * What counts of the serials that were seen. Those under a holder who lost the role do not: a thief may have signed the
 * highest there is, after which nothing could follow (TUF 1.0.33, 5.3.11).
 */
function withoutForgotten(options: OpenOptions, forgotten: number, isLost: boolean): OpenOptions {
  const { memory, floorSerial = 0, ...rest } = options;
  return {
    ...rest,
    ...(isLost ? {} : { memory }),
    ...(floorSerial > forgotten ? { floorSerial } : {}),
  };
}

function narrowed(accepted: readonly Digest[], own: readonly Digest[] | undefined): ReadonlySet<Digest> {
  return new Set(own === undefined ? accepted : accepted.filter((digest) => own.includes(digest)));
}

async function openSnapshot(
  files: RegistryFiles,
  root: Root,
  checks: RegistryChecks,
  options: OpenOptions,
): Promise<{ snapshot: Snapshot; bytes: Uint8Array; warnings: string[] }> {
  const bytes = await readBounded(files, LAYOUT.snapshot, REGISTRY_LIMITS.snapshot, 'INDEX_INVALID');
  if (bytes === undefined) throw missing(files, LAYOUT.snapshot);
  const bundlePath = LAYOUT.bundleOfSnapshot(digestOf(bytes));
  const bundle = await readBounded(files, bundlePath, REGISTRY_LIMITS.bundle, 'INDEX_INVALID');
  if (bundle === undefined) {
    throw new AssayError('INDEX_TAMPERED', `${LAYOUT.snapshot} in ${files.location} carries no signature of its own`, {
      hint: `Its bundle would be ${bundlePath}. The snapshot was changed after it was signed, or the copy is incomplete.`,
    });
  }
  await checks.snapshot(root, bytes, bundle);
  const snapshot = parseSnapshot(bytes, LAYOUT.snapshot);
  if (snapshot.registryId !== root.registryId) {
    throw new AssayError('INDEX_INVALID', `the snapshot is of ${snapshot.registryId}, the root of ${root.registryId}`);
  }
  checkSerial(snapshot, digestOf(bytes), options);
  return { snapshot, bytes, warnings: checkExpiry(snapshot, options) };
}

function checkSerial(snapshot: Snapshot, digest: Digest, { memory, floorSerial }: OpenOptions): void {
  const floor = Math.max(memory?.serial ?? 0, floorSerial ?? 0);
  if (snapshot.serial < floor) {
    throw new AssayError(
      'SNAPSHOT_ROLLBACK',
      `the registry offers serial ${snapshot.serial}; ${floor} was seen before`,
      {
        hint: 'A mirror or cache is behind, or somebody replays an old index. Try again later or use another mirror.',
      },
    );
  }
  if (memory !== undefined && snapshot.serial === memory.serial && digest !== memory.snapshot) {
    throw new AssayError('SNAPSHOT_FORKED', `serial ${snapshot.serial} was seen before with other contents`, {
      hint: 'The holder of the snapshot key signed two histories. Ask the registry’s maintainers before going on.',
    });
  }
}

function checkExpiry(snapshot: Snapshot, { now, allowExpired }: OpenOptions): string[] {
  if (Date.parse(snapshot.expires) <= now.getTime()) {
    const message = `the registry’s snapshot ${snapshot.serial} expired ${snapshot.expires}`;
    if (allowExpired) return [message];
    throw new AssayError('SNAPSHOT_EXPIRED', message, {
      hint: 'The registry signs a new one regularly; what is installed keeps working. Check the clock and the mirror.',
    });
  }
  if (!isPastHalfLife(snapshot, now)) return [];
  return [`the registry’s snapshot ${snapshot.serial} is past half its life; it expires ${snapshot.expires}`];
}

type IndexReader = Pick<OpenRegistry, 'read' | 'log' | 'owners' | 'list'>;

const SHARDS_AT_ONCE = 16;

function indexReader(files: RegistryFiles, snapshot: Snapshot): IndexReader {
  const shards = new Map<string, Promise<Shard>>();
  const read: IndexReader['read'] = (path, entry) => readChecked(files, path, entry, limitOf(path));
  const shardOf = (prefix: string, entry: IndexEntry): Promise<Shard> => {
    const cached = shards.get(entry.digest);
    if (cached !== undefined) return cached;
    const path = LAYOUT.shard(entry.digest);
    const loading = read(path, entry).then((bytes) => parseShard(bytes, prefix, path));
    shards.set(entry.digest, loading);
    return loading;
  };
  const lookUp = async (path: LogicalPath): Promise<{ file: string; bytes: Uint8Array } | undefined> => {
    const { prefix, entry } = locateShard(snapshot.shards, path);
    const found = entry === undefined ? undefined : (await shardOf(prefix, entry)).entries[path];
    if (found === undefined) return undefined;
    const file = fileOf(path, found.digest);
    return { file, bytes: await read(file, found) };
  };
  return {
    read,
    async log(name) {
      const found = await lookUp(indexPath(name));
      return found === undefined ? undefined : parseEventLog(name, found.bytes, found.file);
    },
    async owners(namespace) {
      const found = await lookUp(ownersPath(namespace));
      return found === undefined ? undefined : parseOwners(found.bytes, namespace, found.file);
    },
    async list() {
      const names: PluginName[] = [];
      const all = Object.entries(snapshot.shards);
      for (let start = 0; start < all.length; start += SHARDS_AT_ONCE) {
        const batch = all.slice(start, start + SHARDS_AT_ONCE);
        for (const shard of await Promise.all(batch.map(([prefix, entry]) => shardOf(prefix, entry)))) {
          for (const path of Object.keys(shard.entries)) {
            const parsed = parseLogicalPath(path);
            if (parsed.kind === 'index') names.push(parsed.name);
          }
        }
      }
      return names.toSorted();
    },
  };
}

function limitOf(path: string): number {
  if (path.startsWith('shards/')) return REGISTRY_LIMITS.shard;
  return path.startsWith('owners/') ? REGISTRY_LIMITS.owners : REGISTRY_LIMITS.eventLog;
}

async function readArtifact(
  files: RegistryFiles,
  artifact: Artifact,
  mirrors: readonly string[],
  download: OpenOptions['download'],
): Promise<Uint8Array> {
  const limit = REGISTRY_LIMITS.artifact;
  const path = LAYOUT.blob(artifact.digest);
  if (download === undefined) return readChecked(files, path, artifact, limit, 'DIGEST_MISMATCH');
  let failure: unknown;
  try {
    return await readChecked(files, path, artifact, limit, 'DIGEST_MISMATCH');
  } catch (cause) {
    failure = cause;
  }
  // The newest mirrors first: whoever names one does so because the others no longer serve.
  for (const url of [...mirrors.toReversed(), ...artifact.urls].slice(0, ADDRESSES_TRIED)) {
    try {
      const elsewhere: RegistryFiles = { location: url, read: (_path, maxBytes) => download(url, maxBytes) };
      return await readChecked(elsewhere, path, artifact, limit, 'DIGEST_MISMATCH');
    } catch {
      // The first failure is the one to report: it is about the registry's own copy.
    }
  }
  throw failure;
}

function missing(files: RegistryFiles, path: string): AssayError {
  return new AssayError('INDEX_TAMPERED', `${path} is missing in ${files.location}`, {
    hint: 'The copy is incomplete, or this is not a registry.',
  });
}
