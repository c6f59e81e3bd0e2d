import type * as z from 'zod';
import { AssayError } from '#model/errors';
import { type Lockfile, LockfileSchema } from '#model/lockfile';
import { parseJson } from '#model/parse';
import {
  type BlockedVersion,
  BlockListSchema,
  CurrentSchema,
  type Generation,
  GenerationSchema,
  type Journal,
  JournalSchema,
  type RegistryState,
  RegistryStateSchema,
} from '#model/runtime-state';
import type { Folder } from '#ports/folder';
import { RUNTIME, RUNTIME_LIMITS } from './layout.ts';

/** A document's bytes: JSON for people and machines, ended by a newline. */
export function encodeDocument(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

async function readDocument<S extends z.ZodType>(
  folder: Folder,
  path: string,
  schema: S,
  maxBytes: number,
): Promise<z.output<S> | undefined> {
  try {
    const bytes = await folder.read(path, maxBytes);
    if (bytes === undefined) return undefined;
    return parseJson(schema, bytes, { source: path, maxBytes });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('STATE_DAMAGED', `${path} in ${folder.location} cannot be used: ${why}`, {
      cause,
      hint:
        path === RUNTIME.lock
          ? 'Restore the file from version control or a backup, or remove it and install the plugins by name.'
          : 'Restore the file from a backup, or install into a fresh folder from assay.lock.',
    });
  }
}

/** The lock of the set in use. Throws STATE_DAMAGED. */
export function readLock(folder: Folder): Promise<Lockfile | undefined> {
  return readDocument(folder, RUNTIME.lock, LockfileSchema, RUNTIME_LIMITS.lock);
}

export function readJournal(folder: Folder): Promise<Journal | undefined> {
  return readDocument(folder, RUNTIME.journal, JournalSchema, RUNTIME_LIMITS.small);
}

/** The number of the generation in use; undefined while nothing was ever installed. */
export async function readCurrent(folder: Folder): Promise<number | undefined> {
  return (await readDocument(folder, RUNTIME.current, CurrentSchema, RUNTIME_LIMITS.small))?.generation;
}

/** What this machine has seen of a registry, for `openRegistry`. */
export function readRegistryState(folder: Folder, id: string): Promise<RegistryState | undefined> {
  return readDocument(folder, RUNTIME.registryState(id), RegistryStateSchema, RUNTIME_LIMITS.small);
}

export async function readBlocked(folder: Folder): Promise<readonly BlockedVersion[]> {
  return (await readDocument(folder, RUNTIME.blocked, BlockListSchema, RUNTIME_LIMITS.blocked))?.versions ?? [];
}

/** Throws GENERATION_UNKNOWN or STATE_DAMAGED. */
export async function readGeneration(folder: Folder, number: number): Promise<Generation> {
  const path = RUNTIME.generationFile(number);
  const generation = await readDocument(folder, path, GenerationSchema, RUNTIME_LIMITS.generation);
  if (generation === undefined) {
    throw new AssayError('GENERATION_UNKNOWN', `${folder.location} keeps no generation ${number}`, {
      hint: `Kept: ${(await listGenerations(folder)).join(', ') || 'none'}`,
    });
  }
  if (generation.number !== number) {
    throw new AssayError('STATE_DAMAGED', `${path} in ${folder.location} says it is generation ${generation.number}`);
  }
  return generation;
}

/** Numbers of the generations that are kept, lowest first. */
export async function listGenerations(folder: Folder): Promise<readonly number[]> {
  const names = await folder.list(RUNTIME.generations);
  return names
    .filter((name) => /^[1-9][0-9]{0,8}$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** The set in use; undefined while nothing was ever installed. */
export async function readInstalled(folder: Folder): Promise<Generation | undefined> {
  const current = await readCurrent(folder);
  return current === undefined ? undefined : readGeneration(folder, current);
}
