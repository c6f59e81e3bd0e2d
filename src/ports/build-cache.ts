import type { Digest } from '#model/digest';

/** Keeps finished builds under the digest of everything that went into them. What it hands back is not believed. */
export interface BuildCache {
  /** For messages: `local folder`, `Actions cache`. */
  readonly name: string;
  /** Absolute folder with the entries, where they are files of this machine. */
  readonly folder?: string;
  /** The stored bytes, or undefined. An unreachable or faulty store counts as a miss; `warn` says so. */
  restore(key: Digest, warn: (message: string) => void): Promise<Uint8Array | undefined>;
  /** Stores bytes. A store that is full, read-only or unreachable is reported through `warn` and is no failure. */
  save(key: Digest, bytes: Uint8Array, warn: (message: string) => void): Promise<void>;
  /** Drops an entry that turned out to be damaged. */
  discard(key: Digest, warn: (message: string) => void): Promise<void>;
}
