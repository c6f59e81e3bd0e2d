/**
 * A folder that Assay keeps state in: a registry, or a runtime's installation. Paths are relative, with forward
 * slashes and names every platform accepts; anything else is PATH_UNSAFE, and so is a symbolic link on the way.
 */
export interface Folder {
  /** For messages. */
  readonly location: string;
  /** The bytes, or undefined when there is no such file. Throws FILE_TOO_LARGE before reading more than `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Puts the bytes in place of what was there, all at once; they have reached the disk when this returns. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Writes a file that is never changed afterwards; one that is there already with the same bytes stays. Throws
   * FILE_UNWRITABLE when it is there with other bytes.
   */
  add(path: string, bytes: Uint8Array): Promise<void>;
  /** Names of files and folders directly below, sorted; empty when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Removes a file, or a folder with all in it. Nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** Runs an action while no other process runs one here. Throws LOCKED when another one does not end. */
  exclusively<T>(action: () => Promise<T>): Promise<T>;
}
