/** What a job leaves for later jobs of the same run: named sets of files. Names are taken once. */
export interface ArtifactStore {
  /** For messages: `Actions artifacts`, or the folder. */
  readonly name: string;
  /**
   * Stores plain files of a folder under a name. Throws FILE_TOO_LARGE past the store's cap, VERSION_TAKEN for a name
   * that is in use, NETWORK or UPSTREAM_REFUSED.
   */
  upload(name: string, folder: string, files: readonly string[]): Promise<void>;
  /**
   * Puts an artifact's files into an empty folder and names them, sorted. Throws FILE_MISSING for no such artifact,
   * DIGEST_MISMATCH for bytes other than were stored, FILE_TOO_LARGE, PATH_UNSAFE for anything but plain files.
   */
  download(name: string, folder: string): Promise<readonly string[]>;
}
