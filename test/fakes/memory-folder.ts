import { AssayError } from '#model/errors';
import type { Folder } from '#ports/folder';
import type { RegistryWriter } from '#ports/registry-store';

/** A folder that is a map. `log` names every write in its order, as `replace a/b`, `add a/b` or `remove a/b`. */
export interface MemoryFolder extends Folder {
  readonly files: Map<string, Uint8Array>;
  readonly log: string[];
  readonly reads: string[];
  /** When set, called before each write; what it throws is the disk's fault. */
  beforeWrite: ((deed: string) => void) | undefined;
}

const SEGMENT = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/i;

export function memoryFolder(files = new Map<string, Uint8Array>()): MemoryFolder {
  let busy = false;
  const folder: MemoryFolder = {
    location: 'memory:',
    files,
    log: [],
    reads: [],
    beforeWrite: undefined,
    async read(path, maxBytes) {
      const bytes = files.get(safe(path));
      folder.reads.push(path);
      if (bytes !== undefined && bytes.length > maxBytes) {
        throw new AssayError('FILE_TOO_LARGE', `${path} is larger than ${maxBytes} bytes`);
      }
      return bytes?.slice();
    },
    async replace(path, bytes) {
      note(folder, `replace ${safe(path)}`);
      files.set(path, bytes.slice());
    },
    async add(path, bytes) {
      const present = files.get(safe(path));
      if (present === undefined) {
        note(folder, `add ${path}`);
        files.set(path, bytes.slice());
      } else if (Buffer.compare(present, bytes) !== 0) {
        throw new AssayError('FILE_UNWRITABLE', `${path} is already there with other contents`);
      }
    },
    async list(path) {
      const prefix = `${safe(path)}/`;
      const below = [...files.keys()].filter((key) => key.startsWith(prefix));
      return [...new Set(below.map((key) => key.slice(prefix.length).split('/')[0] ?? ''))].toSorted();
    },
    async remove(path) {
      note(folder, `remove ${safe(path)}`);
      for (const key of [...files.keys()]) if (key === path || key.startsWith(`${path}/`)) files.delete(key);
    },
    async exclusively(action) {
      if (busy) throw new AssayError('LOCKED', 'memory: is held by another action');
      busy = true;
      try {
        return await action();
      } finally {
        busy = false;
      }
    },
  };
  return folder;
}

function note(folder: MemoryFolder, deed: string): void {
  folder.beforeWrite?.(deed);
  folder.log.push(deed);
}

function safe(path: string): string {
  if (path.split('/').some((segment) => !SEGMENT.test(segment) || DEVICE.test(segment))) {
    throw new AssayError('PATH_UNSAFE', `${JSON.stringify(path)} is not a path that is used here`);
  }
  return path;
}

/** A registry in memory, with the folder behind it. */
export function memoryRegistry(
  folder: MemoryFolder = memoryFolder(),
): RegistryWriter & { readonly folder: MemoryFolder } {
  return {
    folder,
    location: folder.location,
    read: folder.read,
    add: folder.add,
    async commit(files) {
      for (const { path, bytes } of files) await folder.replace(path, bytes);
    },
    exclusively: folder.exclusively,
  };
}
