import { AssayError } from '#model/errors';
import { type Digest, hexOf } from '#model/digest';
import { NamespaceSchema, type PluginName, PluginNameSchema } from '#model/names';

/** Where a registry keeps what, relative to its base. Files below the snapshot are named by their own sha256. */
export const LAYOUT = {
  hint: 'registry.json',
  snapshot: 'snapshot.json',
  /** The current snapshot's bundle under a fixed name, for other people's tools. */
  snapshotBundle: 'snapshot.sigstore.json',
  /** The bundle under the name of what it signs, so that snapshot.json alone is the pointer that moves. */
  bundleOfSnapshot: (snapshot: Digest) => `snapshots/${hexOf(snapshot)}.sigstore.json`,
  root: (version: number) => `root/${version}.json`,
  /** One bundle a line, one line a root key. */
  rootBundles: (version: number) => `root/${version}.sigstore.jsonl`,
  shard: (digest: Digest) => `shards/${hexOf(digest)}.json`,
  policy: (digest: Digest) => `policies/${hexOf(digest)}.json`,
  blob: (digest: Digest) => `blobs/sha256/${hexOf(digest)}`,
  bundle: (artifact: Digest, bundle: Digest) => `att/sha256/${hexOf(artifact)}/${hexOf(bundle)}.sigstore.json`,
} as const;

/** What a shard maps to a file: a plugin's events or a namespace's owners. */
export type LogicalPath = `index/${string}/${string}` | `owners/${string}`;

export function indexPath(name: PluginName): LogicalPath {
  const [namespace = '', base = ''] = name.split('/');
  return `index/${namespace}/${base}`;
}

export function ownersPath(namespace: string): LogicalPath {
  return `owners/${namespace}`;
}

/** The file that holds what a logical path names, given the digest of that file. */
export function fileOf(path: LogicalPath, digest: Digest): string {
  return `${path}/${hexOf(digest)}.${path.startsWith('index/') ? 'jsonl' : 'json'}`;
}

/** What a logical path stands for. Throws INDEX_INVALID for anything that is not one of the two kinds. */
export function parseLogicalPath(
  text: string,
): { kind: 'index'; path: LogicalPath; name: PluginName } | { kind: 'owners'; path: LogicalPath; namespace: string } {
  const slash = text.indexOf('/');
  const kind = text.slice(0, slash);
  const rest = text.slice(slash + 1);
  if (kind === 'index' && PluginNameSchema.safeParse(rest).success) {
    return { kind, path: indexPath(rest), name: rest };
  }
  if (kind === 'owners' && NamespaceSchema.safeParse(rest).success) {
    return { kind, path: ownersPath(rest), namespace: rest };
  }
  throw new AssayError('INDEX_INVALID', `a shard lists ${JSON.stringify(text)}, which names no plugin and no owners`);
}
