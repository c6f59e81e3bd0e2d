import { digestOf, hexOf } from '#model/digest';
import { isAssayError } from '#model/errors';
import type { Folder } from '#ports/folder';
import type { RegistryReader } from '#ports/registry-store';

export interface CachedRegistry {
  readonly reader: RegistryReader;
  /** Keeps the changing files that were read, for a time without a network. To be called once they were verified. */
  remember(): Promise<void>;
}

export interface CachePlace {
  /** The runtime folder. */
  readonly folder: Folder;
  /** The registry's id. */
  readonly id: string;
  /** Where the folder keeps artifacts by the hex digits of their digest; they are not kept twice. */
  readonly blobs: string;
}

const DIGEST_IN_NAME = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z.]+)?$/;
const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;
const SNAPSHOT_BUNDLE = /^snapshots\//;

/**
 * A registry with a memory. What is named by its digest comes from the cache when it is there undamaged; what changes in
 * place comes from the registry, and from the cache only when the registry cannot be reached (NETWORK).
 */
export function cachedRegistry(upstream: RegistryReader, place: CachePlace): CachedRegistry {
  const { folder } = place;
  const changing = new Map<string, Uint8Array>();
  const kept = (path: string) => `cache/${place.id}/${path}`;

  const readFixed = async (path: string, hex: string, maxBytes: number): Promise<Uint8Array | undefined> => {
    const blob = BLOB.exec(path)?.[1];
    const own = blob === undefined ? kept(path) : `${place.blobs}/${blob}`;
    const cached = await folder.read(own, maxBytes).catch(() => undefined);
    if (cached !== undefined && hexOf(digestOf(cached)) === hex) return cached;
    const bytes = await upstream.read(path, maxBytes);
    if (bytes !== undefined && blob === undefined && hexOf(digestOf(bytes)) === hex) await folder.replace(own, bytes);
    return bytes;
  };

  const readChanging = async (path: string, maxBytes: number): Promise<Uint8Array | undefined> => {
    try {
      const bytes = await upstream.read(path, maxBytes);
      if (bytes !== undefined) changing.set(path, bytes);
      return bytes;
    } catch (cause) {
      if (!isAssayError(cause) || cause.code !== 'NETWORK') throw cause;
      const cached = await folder.read(kept(path), maxBytes);
      // Without a network there is no newer root to find; without a snapshot there is nothing at all.
      if (cached === undefined && !path.startsWith('root/')) throw cause;
      return cached;
    }
  };

  return {
    reader: {
      location: upstream.location,
      read(path, maxBytes) {
        const hex = SNAPSHOT_BUNDLE.test(path) ? undefined : DIGEST_IN_NAME.exec(path)?.[1];
        return hex === undefined ? readChanging(path, maxBytes) : readFixed(path, hex, maxBytes);
      },
    },
    async remember() {
      for (const [path, bytes] of changing) await folder.replace(kept(path), bytes);
    },
  };
}
