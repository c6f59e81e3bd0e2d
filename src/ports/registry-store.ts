/** Reads a registry's files by path below its base. Caps are enforced before anything is buffered whole. */
export interface RegistryReader {
  /** For messages and locks. */
  readonly location: string;
  /** The bytes, or undefined when there is no such file. Throws FILE_TOO_LARGE, NETWORK, UPSTREAM_REFUSED. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
}

/** Also writes. Content-addressed files are written first; `commit` then moves the pointers. */
export interface RegistryWriter extends RegistryReader {
  /** Writes a content-addressed file unless it is already there with the same bytes. Never overwrites. */
  add(path: string, bytes: Uint8Array): Promise<void>;
  /** Replaces mutable files (snapshot.json, its bundle, registry.json, a new root) in the order given, each atomically. */
  commit(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<void>;
  /** Runs an action while no other writer can commit. */
  exclusively<T>(action: () => Promise<T>): Promise<T>;
}
