import type { RegistryWriter } from '#ports/registry-store';
import { localFolder } from '#adapters/fs/local-folder';

/** A registry that is a folder: on this disk, on a share, or the work tree of a git repository. */
export function directoryRegistry(location: string): RegistryWriter {
  const folder = localFolder(location);
  return {
    location: folder.location,
    read: folder.read,
    add: folder.add,
    async commit(files) {
      for (const { path, bytes } of files) await folder.replace(path, bytes);
    },
    exclusively: folder.exclusively,
  };
}
