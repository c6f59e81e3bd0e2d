import { canonicalJson } from '#model/canonical-json';
import type { Digest } from '#model/digest';
import { parseJson } from '#model/parse';
import { type Snapshot, SnapshotSchema } from '#model/registry-documents';
import { REGISTRY_LIMITS } from './limits.ts';
import { checkShardMap } from './shards.ts';

const DAY_MS = 86_400_000;
/** How long a snapshot allows new installs unless the registry says otherwise. An air-gapped one uses 180. */
export const DEFAULT_LIFETIME_DAYS = 30;

export interface SnapshotContent {
  readonly registryId: string;
  readonly shards: Snapshot['shards'];
  /** The newest last. */
  readonly acceptedPolicies: readonly Digest[];
  readonly now: Date;
  readonly lifetimeDays: number;
}

/** The snapshot that follows `previous`, or the first one: serial one higher, never issued earlier. */
export function nextSnapshot(previous: Snapshot | undefined, content: SnapshotContent): Snapshot {
  const issued = Math.max(content.now.getTime(), previous === undefined ? 0 : Date.parse(previous.issuedAt));
  return {
    schema: 'assay.snapshot/1',
    registryId: content.registryId,
    serial: (previous?.serial ?? 0) + 1,
    issuedAt: new Date(issued).toISOString(),
    expires: new Date(issued + content.lifetimeDays * DAY_MS).toISOString(),
    acceptedPolicies: [...content.acceptedPolicies],
    shards: content.shards,
  };
}

/** The bytes to write and sign. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  return Buffer.from(`${canonicalJson(snapshot)}\n`, 'utf8');
}

/** Reads snapshot.json. Throws INDEX_INVALID; says nothing about signature, serial or expiry. */
export function parseSnapshot(bytes: Uint8Array, source: string): Snapshot {
  const snapshot = parseJson(SnapshotSchema, bytes, {
    source,
    maxBytes: REGISTRY_LIMITS.snapshot,
    invalidCode: 'INDEX_INVALID',
  });
  checkShardMap(snapshot.shards);
  return snapshot;
}

/** Whether more than half of the time between issue and expiry is over. */
export function isPastHalfLife(snapshot: Snapshot, now: Date): boolean {
  const issued = Date.parse(snapshot.issuedAt);
  return now.getTime() > issued + (Date.parse(snapshot.expires) - issued) / 2;
}
