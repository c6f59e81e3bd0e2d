import type { Digest } from '#model/digest';

export interface InputFile {
  /** Relative to the plugin's folder, forward slashes; `../` in front for shared files above it. */
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Where a copy of a build's inputs lies. */
export interface CopiedInputs {
  /** The plugin's folder in the copy. */
  readonly folder: string;
  /** What holds it and the shared files above it, and nothing else. */
  readonly root: string;
}

/** An empty folder that is removed when it is disposed of. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

/** The files around a build: what it reads, where it writes, and what is kept of that. */
export interface BuildFiles {
  /**
   * Every file that the globs name (see `#model/build-inputs`), hashed, in the order of their paths. Nothing is read
   * below the absolute folders `apart`, unless the plugin's folder itself lies in one.
   * Throws FILE_MISSING for no such folder, PATH_UNSAFE for a link that leaves it, FILE_TOO_LARGE past the limits.
   */
  listInputs(folder: string, globs: readonly string[], apart?: readonly string[]): Promise<readonly InputFile[]>;
  scratch(): Promise<ScratchFolder>;
  /**
   * Copies inputs into another folder, which must not exist, with their names and places to each other. With
   * `packages`, the npm packages installed for the plugin stay reachable from there.
   * Throws FILE_UNREADABLE when a file no longer is what was listed.
   */
  copyInputs(
    folder: string,
    inputs: readonly InputFile[],
    into: string,
    options?: { readonly packages?: boolean },
  ): Promise<CopiedInputs>;
  /**
   * Reads a file that a build was to make. Throws OUTPUT_MISSING when it is not there as a plain file, PATH_UNSAFE
   * when it is a link out of the folder, BUILD_LIMIT when it is larger than `maxBytes`.
   */
  readOutput(folder: string, path: string, maxBytes: number): Promise<Uint8Array>;
  /** Writes files into a folder, making it if need be; each is there whole or not at all. */
  write(folder: string, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void>;
}
