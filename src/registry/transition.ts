import { AssayError } from '#model/errors';
import type { Digest } from '#model/digest';
import type { RegistryEvent } from '#model/events';
import { namespaceOf, type PluginName } from '#model/names';
import { type Owners, OwnersSchema, type Snapshot } from '#model/registry-documents';
import { parseJson } from '#model/parse';
import { requireKeyring } from '#trust/keyring';
import { type EventLog, parseEventLog } from './events.ts';
import { fileOf, LAYOUT, type LogicalPath, ownersPath, parseLogicalPath } from './layout.ts';
import { REGISTRY_LIMITS } from './limits.ts';
import { type IndexEntry, locateShard, parseShard } from './shards.ts';

/** A snapshot and the files it names. `read` gives bytes that match the digest and size, or throws. */
export interface IndexView {
  readonly snapshot: Snapshot;
  read(path: string, entry: IndexEntry): Promise<Uint8Array>;
}

/** What a new snapshot changes. Everything else is as it was, by digest. */
export interface Transition {
  readonly serial: number;
  /** Plugin → its new events, oldest first. */
  readonly events: ReadonlyMap<PluginName, readonly RegistryEvent[]>;
  readonly newPlugins: readonly PluginName[];
  readonly newNamespaces: readonly string[];
  /** Namespaces whose owners were replaced. */
  readonly changedOwners: readonly string[];
  readonly policiesAdded: readonly Digest[];
  readonly policiesRemoved: readonly Digest[];
}

export interface TransitionRules {
  /** Namespaces whose owners a person has agreed to change. All others must keep theirs. */
  readonly ownersMayChange?: ReadonlySet<string>;
}

/**
 * Checks that `next` continues `previous`: same registry, serial one higher, not issued earlier, nothing listed
 * before is gone, events only appended, owners kept. Reads only what changed. Throws TRANSITION_INVALID.
 */
export async function checkTransition(
  previous: IndexView,
  next: IndexView,
  rules: TransitionRules = {},
): Promise<Transition> {
  checkHeader(previous.snapshot, next.snapshot);
  const [before, after] = await changedEntries(previous, next);
  for (const path of before.keys()) if (!after.has(path)) throw invalid(`${path} was listed and is gone`);

  const events = new Map<PluginName, readonly RegistryEvent[]>();
  const newPlugins: PluginName[] = [];
  const newNamespaces: string[] = [];
  const changedOwners: string[] = [];
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (old?.digest === entry.digest) continue;
    const parsed = parseLogicalPath(path);
    if (parsed.kind === 'index') {
      events.set(parsed.name, await appendedEvents(previous, next, parsed.path, parsed.name, old, entry));
      if (old !== undefined) continue;
      newPlugins.push(parsed.name);
      await requireOwners(next, namespaceOf(parsed.name));
    } else {
      await checkOwners(previous, next, parsed.path, parsed.namespace, old, entry);
      if (old === undefined) newNamespaces.push(parsed.namespace);
      else if (rules.ownersMayChange?.has(parsed.namespace)) changedOwners.push(parsed.namespace);
      else {
        throw invalid(
          `the owners of ${parsed.namespace} change`,
          'A change of owners needs a person’s decision; publish it on its own (assay registry owners … --replace).',
        );
      }
    }
  }
  return {
    serial: next.snapshot.serial,
    events,
    newPlugins,
    newNamespaces,
    changedOwners,
    policiesAdded: without(next.snapshot.acceptedPolicies, previous.snapshot.acceptedPolicies),
    policiesRemoved: without(previous.snapshot.acceptedPolicies, next.snapshot.acceptedPolicies),
  };
}

function checkHeader(previous: Snapshot, next: Snapshot): void {
  if (next.registryId !== previous.registryId) {
    throw invalid(`the registry’s id changes from ${previous.registryId} to ${next.registryId}`);
  }
  if (next.serial !== previous.serial + 1) {
    throw invalid(
      `the serial goes from ${previous.serial} to ${next.serial}, not to ${previous.serial + 1}`,
      'Another publisher may have been faster: read the registry again and repeat.',
    );
  }
  if (Date.parse(next.issuedAt) < Date.parse(previous.issuedAt)) {
    throw invalid(`it is issued ${next.issuedAt}, before the last one (${previous.issuedAt})`);
  }
  if (Date.parse(next.expires) <= Date.parse(next.issuedAt)) throw invalid('it expires before it is issued');
  if (new Set(next.acceptedPolicies).size !== next.acceptedPolicies.length) {
    throw invalid('it accepts one policy twice');
  }
}

type Entries = Map<string, IndexEntry>;

/** The entries of all shards that are not the same in both, old and new. */
async function changedEntries(previous: IndexView, next: IndexView): Promise<[Entries, Entries]> {
  return [await entriesOutside(previous, next), await entriesOutside(next, previous)];
}

async function entriesOutside(view: IndexView, other: IndexView): Promise<Entries> {
  const entries: Entries = new Map();
  for (const [prefix, shard] of Object.entries(view.snapshot.shards)) {
    if (other.snapshot.shards[prefix]?.digest === shard.digest) continue;
    const path = LAYOUT.shard(shard.digest);
    const parsed = parseShard(await view.read(path, shard), prefix, path);
    for (const [key, entry] of Object.entries(parsed.entries)) entries.set(key, entry);
  }
  return entries;
}

async function appendedEvents(
  previous: IndexView,
  next: IndexView,
  path: LogicalPath,
  name: PluginName,
  old: IndexEntry | undefined,
  entry: IndexEntry,
): Promise<readonly RegistryEvent[]> {
  const after = await readLog(next, path, name, entry);
  const before = old === undefined ? undefined : await readLog(previous, path, name, old);
  if (before !== undefined && !startsWith(after.bytes, before.bytes)) {
    throw invalid(`published events of ${name} differ from what was signed before`, 'Events may only be appended.');
  }
  return after.entries.slice(before?.entries.length ?? 0).map(({ event }) => event);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0;
}

async function readLog(view: IndexView, path: LogicalPath, name: PluginName, entry: IndexEntry): Promise<EventLog> {
  const file = fileOf(path, entry.digest);
  return parseEventLog(name, await view.read(file, entry), file);
}

async function requireOwners(view: IndexView, namespace: string): Promise<void> {
  const path = ownersPath(namespace);
  const { prefix, entry } = locateShard(view.snapshot.shards, path);
  if (entry !== undefined) {
    const file = LAYOUT.shard(entry.digest);
    const shard = parseShard(await view.read(file, entry), prefix, file);
    if (path in shard.entries) return;
  }
  throw invalid(`the namespace ${namespace} has no owners`, `Enrol owners of ${namespace} before its first release.`);
}

async function checkOwners(
  previous: IndexView,
  next: IndexView,
  path: LogicalPath,
  namespace: string,
  old: IndexEntry | undefined,
  entry: IndexEntry,
): Promise<void> {
  const after = await readOwners(next, path, namespace, entry);
  if (old === undefined) return;
  const before = await readOwners(previous, path, namespace, old);
  if (Date.parse(after.since) < Date.parse(before.since)) {
    throw invalid(`owners of ${namespace} are dated back from ${before.since} to ${after.since}`);
  }
}

async function readOwners(view: IndexView, path: LogicalPath, namespace: string, entry: IndexEntry): Promise<Owners> {
  const file = fileOf(path, entry.digest);
  return parseOwners(await view.read(file, entry), namespace, file);
}

/** Reads an owners document and requires it to be about the namespace. Throws INDEX_INVALID. */
export function parseOwners(bytes: Uint8Array, namespace: string, source: string): Owners {
  const owners = parseJson(OwnersSchema, bytes, {
    source,
    maxBytes: REGISTRY_LIMITS.owners,
    invalidCode: 'INDEX_INVALID',
  });
  if (owners.namespace !== namespace) {
    throw new AssayError('INDEX_INVALID', `${source} is about ${owners.namespace}, not ${namespace}`);
  }
  requireKeyring(owners.keys, owners.authors, source, 'INDEX_INVALID');
  return owners;
}

function without(list: readonly Digest[], other: readonly Digest[]): Digest[] {
  const known = new Set(other);
  return list.filter((digest) => !known.has(digest));
}

function invalid(what: string, hint?: string): AssayError {
  return new AssayError('TRANSITION_INVALID', `the new snapshot does not continue the last one: ${what}`, {
    hint: hint ?? 'Nothing was signed. Start again from the last signed snapshot.',
  });
}
