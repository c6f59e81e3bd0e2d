import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Errors of WASI preview 1 that a refused path gives. */
const ERRNO = { badf: 8, inval: 28, loop: 32, notsup: 58, notcapable: 76 } as const;
const FIRST_PREOPEN = 3;
const MAX_PATH_BYTES = 4096;

/** Where the (descriptor, pointer, length) of a path stand among a function's parameters. */
interface PathParameters {
  readonly descriptor: number;
  readonly pointer: number;
  readonly length: number;
  /** What the path's last part names may itself be a link: it is removed, moved or read, not followed. */
  readonly lastMayBeLink: boolean;
}

const at = (descriptor: number, pointer: number, lastMayBeLink = false): PathParameters => {
  return { descriptor, pointer, length: pointer + 1, lastMayBeLink };
};

// Parameters as in wasi_snapshot_preview1.witx; a text takes two.
const PATHS: Readonly<Record<string, readonly PathParameters[]>> = {
  path_create_directory: [at(0, 1)],
  path_filestat_get: [at(0, 2)],
  path_filestat_set_times: [at(0, 2)],
  path_open: [at(0, 2)],
  path_readlink: [at(0, 1, true)],
  path_remove_directory: [at(0, 1, true)],
  path_rename: [at(0, 1, true), at(3, 4, true)],
  path_unlink_file: [at(0, 1, true)],
};
const OPENED_AT = 8;

/** A folder or file that a descriptor stands for: parts below one of the folders that were passed. */
interface Place {
  readonly root: string;
  readonly parts: readonly string[];
}

/**
 * Keeps a plugin's paths below the folders that it was passed. node:wasi compares paths as texts and lets the system
 * follow the links on the way, so that a link in such a folder leads out of it; here no link is followed and none
 * is made. Descriptors are numbered as node:wasi numbers them: the passed folders from 3 on, in their order.
 */
export class WasiPaths {
  readonly #places = new Map<number, Place>();

  constructor(folders: readonly string[]) {
    folders.forEach((root, index) => this.#places.set(FIRST_PREOPEN + index, { root, parts: [] }));
  }

  /** An errno where a `path_` function must not be called with these arguments; undefined where it may. */
  refusal(name: string, args: readonly unknown[], memory: DataView): number | undefined {
    const paths = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
    if (paths === undefined) return ERRNO.notsup;
    for (const path of paths) {
      const place = this.#placeOf(path, args, memory);
      if (typeof place === 'number') return place;
      if (meetsLink(place, path.lastMayBeLink)) return ERRNO.loop;
    }
    return undefined;
  }

  /** Takes note of the descriptor that a path_open that succeeded has given. */
  opened(args: readonly unknown[], memory: DataView): void {
    const [path] = PATHS['path_open'] ?? [];
    const place = path === undefined ? ERRNO.badf : this.#placeOf(path, args, memory);
    const stored = args[OPENED_AT];
    if (typeof place === 'number' || typeof stored !== 'number') return;
    this.#places.set(memory.getUint32(stored >>> 0, true), place);
  }

  /** Takes note of a descriptor that was moved to another number. */
  renumbered(from: number, to: number): void {
    const place = this.#places.get(from);
    this.#places.delete(from);
    if (place !== undefined) this.#places.set(to, place);
  }

  #placeOf(path: PathParameters, args: readonly unknown[], memory: DataView): Place | number {
    const [descriptor, pointer, length] = [args[path.descriptor], args[path.pointer], args[path.length]];
    if (typeof descriptor !== 'number' || typeof pointer !== 'number' || typeof length !== 'number') {
      return ERRNO.inval;
    }
    const base = this.#places.get(descriptor);
    if (base === undefined) return ERRNO.badf;
    const size = length >>> 0;
    if (size > MAX_PATH_BYTES || (pointer >>> 0) + size > memory.byteLength) return ERRNO.inval;
    const text = Buffer.from(memory.buffer, pointer >>> 0, size).toString('utf8');
    return below(base, text) ?? ERRNO.notcapable;
  }
}

/** The place a relative path leads to; undefined where it climbs above its base or means something else on Windows. */
function below(base: Place, path: string): Place | undefined {
  if (path.startsWith('/') || path.includes('\0')) return undefined;
  if (process.platform === 'win32' && /[\\:]/.test(path)) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return { root: base.root, parts: [...base.parts, ...parts] };
}

function meetsLink({ root, parts }: Place, lastMayBeLink: boolean): boolean {
  let current = root;
  for (const [index, part] of parts.entries()) {
    current = join(current, part);
    if (lastMayBeLink && index === parts.length - 1) return false;
    const info = lstatSync(current, { throwIfNoEntry: false });
    if (info === undefined) return false;
    if (info.isSymbolicLink()) return true;
  }
  return false;
}
