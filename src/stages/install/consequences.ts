import { canonicalJson } from '#model/canonical-json';
import { AssayError } from '#model/errors';
import type { BlockedVersion, RegistryState } from '#model/runtime-state';
import type { Folder } from '#ports/folder';
import type { Resolution } from '#registry/resolved';
import { versionsOf } from '#registry/versions';
import { listGenerations, readBlocked, readGeneration, readLock, readRegistryState } from '#runtime/documents';

/** What to remember of the registries that a set came from. */
export function registryStates(
  { registries }: Pick<Resolution, 'registries'>,
  now: Date,
): ReadonlyMap<string, RegistryState> {
  const states = [...registries].map(([id, { memory }]): [string, RegistryState] => [
    id,
    { schema: 'assay.registry-state/1', ...memory, seenAt: now.toISOString() },
  ]);
  return new Map(states);
}

/** Registries that were opened before this machine saw a newer snapshot or root of them. */
export async function outrun(runtime: Folder, registries: Resolution['registries']): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const [id, { memory, since }] of registries) {
    const seen = await readRegistryState(runtime, id);
    // Against what was seen when it was opened, it was compared then.
    if (seen?.pin !== memory.pin || (since?.snapshot === seen.snapshot && since.root === seen.root)) continue;
    if (memory.serial < seen.serial || memory.rootVersion < seen.rootVersion) ids.add(id);
  }
  return ids;
}

/**
 * Throws LOCKED where a set was resolved from an older snapshot, or against another lock, than stand here by now:
 * another process was faster, and installing would silently undo what it did. A set that is in use undoes nothing.
 */
export async function requireCurrent(
  runtime: Folder,
  { locked, registries }: Pick<Resolution, 'locked' | 'registries'>,
  isInUse: boolean,
): Promise<void> {
  const lock = isInUse ? undefined : await readLock(runtime);
  const isOther = lock !== undefined && (locked === undefined || canonicalJson(lock) !== canonicalJson(locked));
  if (!isOther && (await outrun(runtime, registries)).size === 0) return;
  throw new AssayError('LOCKED', `${runtime.location} was changed while this set was resolved`, {
    hint: 'Another process installed or refreshed meanwhile. Repeat; nothing was changed by this run.',
  });
}

/**
 * The versions known to be blocked, brought up to date from the registries at hand for every plugin that is or was
 * installed here. A registry that is not at hand keeps what was heard from it before.
 */
export async function heardOfBlocks(
  runtime: Folder,
  { registries, plugins }: Pick<Resolution, 'registries' | 'plugins'>,
): Promise<readonly BlockedVersion[]> {
  const names = new Map<string, { registry: string; name: string }>();
  const note = (registry: string, name: string) => names.set(`${registry}:${name}`, { registry, name });
  for (const { registry, name } of plugins) note(registry.id, name);
  for (const number of await listGenerations(runtime)) {
    // One that cannot be read cannot be gone back to either.
    const generation = await readGeneration(runtime, number).catch(() => undefined);
    if (generation === undefined) continue;
    for (const [name, { registry }] of Object.entries(generation.plugins)) note(registry, name);
  }
  const fresh: BlockedVersion[] = [];
  const updated = new Set<string>();
  for (const [key, { registry: id, name }] of names) {
    const registry = registries.get(id);
    const log = await registry?.log(name);
    if (log === undefined) continue;
    updated.add(key);
    for (const { release, state, stateEvent } of versionsOf(log)) {
      if (state !== 'blocked') continue;
      fresh.push({ registry: id, name, version: release.version, reason: stateEvent?.reason ?? 'no reason given' });
    }
  }
  const known = await readBlocked(runtime);
  return [...known.filter(({ registry, name }) => !updated.has(`${registry}:${name}`)), ...fresh];
}
