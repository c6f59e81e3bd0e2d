import { digestOf, hexOf } from '#model/digest';
import { isAssayError } from '#model/errors';
import type { Folder } from '#ports/folder';
import type { RegistryReader } from '#ports/registry-store';

export interface CachedRegistry {
  readonly reader: RegistryReader;
  /** Keeps what was read, for a time without a network. To be called once all of it was verified and is in use. */
  remember(): Promise<void>;
  /** Whether the registry could not be reached, so that what stands here is what was verified last. */
  isStale(): boolean;
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
// A root without its signatures is a fault, not the end of the chain.
const ROOT = /^root\/[0-9]+\.json$/;

/**
 * A registry with a memory. What is named by its digest comes from the cache when it is there undamaged; what changes in
 * place comes from the registry, and from the cache only when the registry cannot be reached (NETWORK). Nothing is
 * written before `remember`.
 */
export function cachedRegistry(upstream: RegistryReader, place: CachePlace): CachedRegistry {
  const { folder } = place;
  const fresh = new Map<string, Uint8Array>();
  let isStale = false;
  const kept = (path: string) => `cache/${place.id}/${path}`;

  const readFixed = async (path: string, hex: string, maxBytes: number): Promise<Uint8Array | undefined> => {
    const blob = BLOB.exec(path)?.[1];
    const own = blob === undefined ? kept(path) : `${place.blobs}/${blob}`;
    const cached = await folder.read(own, maxBytes).catch(() => undefined);
    if (cached !== undefined && hexOf(digestOf(cached)) === hex) return cached;
    const bytes = await upstream.read(path, maxBytes);
    if (bytes !== undefined && blob === undefined && hexOf(digestOf(bytes)) === hex) fresh.set(path, bytes);
    return bytes;
  };

  const readChanging = async (path: string, maxBytes: number): Promise<Uint8Array | undefined> => {
    try {
      const bytes = await upstream.read(path, maxBytes);
      if (bytes !== undefined) fresh.set(path, bytes);
      return bytes;
    } catch (cause) {
      if (!isAssayError(cause) || cause.code !== 'NETWORK') throw cause;
      const cached = await folder.read(kept(path), maxBytes);
      // Without a network there is no newer root to find; but what was never reached at all stays unreachable.
      const isNextRoot = ROOT.test(path) && (await folder.list(kept('root'))).length > 0;
      if (cached === undefined && !isNextRoot) throw cause;
      isStale = true;
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
      for (const [path, bytes] of fresh) await folder.replace(kept(path), bytes);
    },
    isStale: () => isStale,
  };
}

/** Readers of several registries that share one cache; `open` gives the reader for an address. */
export function cachedReaders(
  place: Omit<CachePlace, 'id'>,
  open: (url: string) => RegistryReader,
): {
  readonly readerFor: (url: string, id: string) => RegistryReader;
  /** Keeps what was read of the registries with these ids: those that were verified. */
  readonly remember: (ids: ReadonlySet<string>) => Promise<void>;
  /** The ids of those that could not be reached. */
  readonly stale: () => readonly string[];
} {
  const used: (CachedRegistry & { readonly id: string })[] = [];
  return {
    readerFor(url, id) {
      const cached = cachedRegistry(open(url), { ...place, id });
      used.push({ ...cached, id });
      return cached.reader;
    },
    async remember(ids) {
      for (const { id, remember } of used) if (ids.has(id)) await remember();
    },
    stale: () => used.filter(({ isStale }) => isStale()).map(({ id }) => id),
  };
}
