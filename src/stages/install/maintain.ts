import { canonicalJson } from '#model/canonical-json';
import { AssayError } from '#model/errors';
import type { Lockfile } from '#model/lockfile';
import type { PluginName } from '#model/names';
import type { BlockedVersion, Generation } from '#model/runtime-state';
import type { Clock } from '#ports/clock';
import type { Folder } from '#ports/folder';
import type { Resolution } from '#registry/resolved';
import { listGenerations, readBlocked, readGeneration, readInstalled } from '#runtime/documents';
import { verifyGeneration } from '#runtime/installed-bytes';
import { nextNumber, type Recovery, recover, remember, switchGeneration } from '#runtime/switch-generation';
import { heardOfBlocks, outrun, registryStates } from './consequences.ts';
import { type SetChange, setChanges } from './set-changes.ts';

export interface MaintainDependencies {
  readonly runtime: Folder;
  readonly clock: Clock;
  readonly generationsKept: number;
}

export interface MaintainResult {
  readonly generation: number;
  readonly changes: readonly SetChange[];
}

/**
 * Takes plugins out of the set, and with them what only they needed. Needs no network. Throws PLUGIN_UNKNOWN, or
 * REQUIREMENTS_CONFLICT when something that stays depends on one of them.
 */
export async function uninstall(names: readonly PluginName[], deps: MaintainDependencies): Promise<MaintainResult> {
  const { runtime } = deps;
  return runtime.exclusively(async () => {
    await recover(runtime);
    const before = await requireInstalled(runtime);
    const absent = names.find((name) => before.plugins[name] === undefined);
    if (absent !== undefined) {
      throw new AssayError('PLUGIN_UNKNOWN', `${absent} is not installed in ${runtime.location}`, {
        hint: `Installed: ${Object.keys(before.plugins).join(', ') || 'nothing'}`,
      });
    }
    const kept = withoutUnneeded(before, new Set(names));
    const generation: Generation = {
      schema: 'assay.generation/1',
      number: await nextNumber(runtime),
      createdAt: deps.clock.now().toISOString(),
      plugins: pick(before.plugins, kept),
      lock: lockOf(before.lock, kept),
    };
    await switchGeneration(runtime, generation, true, {
      registries: new Map(),
      blocked: await readBlocked(runtime),
      generationsKept: deps.generationsKept,
    });
    return { generation: generation.number, changes: changesBetween(before, generation) };
  });
}

/** What stays: everything that was asked for, and what that needs. Plugins that only need each other go as well. */
function withoutUnneeded(before: Generation, leaving: ReadonlySet<PluginName>): ReadonlySet<PluginName> {
  const needsOf = (name: PluginName) => Object.keys(before.plugins[name]?.dependencies ?? {});
  const kept = new Set(
    Object.keys(before.plugins).filter((name) => !leaving.has(name) && before.lock.plugins[name]?.dependency !== true),
  );
  // A set goes on to what is added to it meanwhile.
  for (const name of kept) {
    for (const needed of needsOf(name)) {
      if (leaving.has(needed)) {
        throw new AssayError('REQUIREMENTS_CONFLICT', `${name} depends on ${needed}`, {
          hint: `Uninstall both: ${needed} ${name}`,
        });
      }
      if (before.plugins[needed] !== undefined) kept.add(needed);
    }
  }
  return kept;
}

function lockOf(lock: Lockfile, kept: ReadonlySet<PluginName>): Lockfile {
  const plugins = pick(lock.plugins, kept);
  const used = new Set(Object.values(plugins).map(({ registry }) => registry));
  return { ...lock, plugins, registries: pick(lock.registries, used) };
}

function pick<T>(all: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.has(key)));
}

/**
 * Goes back to an earlier set, by default the one before the one in use. Needs no network. Throws GENERATION_UNKNOWN,
 * VERSION_BLOCKED when the set holds a version that its registry has blocked since, DIGEST_MISMATCH when it is damaged.
 */
export async function rollback(deps: MaintainDependencies, target?: number): Promise<MaintainResult> {
  const { runtime } = deps;
  return runtime.exclusively(async () => {
    await recover(runtime);
    const before = await requireInstalled(runtime);
    const number = target ?? (await listGenerations(runtime)).filter((one) => one < before.number).at(-1);
    if (number === undefined) {
      throw new AssayError('GENERATION_UNKNOWN', `there is no generation before ${before.number} to go back to`, {
        hint: 'Each install that changes the set leaves one; `assay list` shows what is in use.',
      });
    }
    const generation = await readGeneration(runtime, number);
    const blockedVersions = await readBlocked(runtime);
    await refuseBlocked(runtime, generation, blockedVersions, before.number);
    await verifyGeneration(runtime, generation);
    if (number !== before.number) {
      await switchGeneration(runtime, generation, false, {
        registries: new Map(),
        blocked: blockedVersions,
        generationsKept: deps.generationsKept,
      });
    }
    return { generation: number, changes: changesBetween(before, generation) };
  });
}

async function refuseBlocked(
  runtime: Folder,
  generation: Generation,
  list: readonly BlockedVersion[],
  current: number,
): Promise<void> {
  const [found] = blockedIn(generation, list);
  if (found === undefined) return;
  throw new AssayError(
    'VERSION_BLOCKED',
    `generation ${generation.number} holds ${found.name} ${found.version}, which is blocked: ${found.reason}`,
    { hint: await otherThan(runtime, list, current) },
  );
}

/** The newest generation, apart from the one in use, that holds nothing blocked, as the option that names it. */
async function otherThan(runtime: Folder, list: readonly BlockedVersion[], current: number): Promise<string> {
  for (const number of (await listGenerations(runtime)).toReversed()) {
    if (number !== current && blockedIn(await readGeneration(runtime, number), list).length === 0) {
      return `Generation ${number} holds nothing that is blocked: --to ${number}`;
    }
  }
  return 'No other generation that is kept is free of blocked versions; install or uninstall what has to change.';
}

/** What of a set a list of blocked versions names. */
export function blockedIn(generation: Generation, list: readonly BlockedVersion[]): readonly BlockedVersion[] {
  return list.filter(({ registry, name, version }) => {
    const plugin = generation.plugins[name];
    return plugin?.registry === registry && plugin.version === version;
  });
}

export interface StartedRuntime {
  readonly generation: Generation | undefined;
  /** What became of a switch that a process died in. */
  readonly recovery: Recovery;
  /** Plugins of the set that must not be started: their registry has blocked them. */
  readonly quarantined: readonly BlockedVersion[];
}

/**
 * Prepares a start: undoes or finishes an interrupted switch and checks every installed byte. Needs no network.
 * Throws DIGEST_MISMATCH or STATE_DAMAGED.
 */
export async function start(runtime: Folder): Promise<StartedRuntime> {
  return runtime.exclusively(async () => {
    const recovery = await recover(runtime);
    const generation = await readInstalled(runtime);
    if (generation === undefined) return { generation, recovery, quarantined: [] };
    await verifyGeneration(runtime, generation);
    return { generation, recovery, quarantined: blockedIn(generation, await readBlocked(runtime)) };
  });
}

/**
 * The set in use, when it is exactly what a lock says and every byte of it is as it was installed. There is then nothing
 * to fetch, to resolve or to switch, and no network is needed. Undefined otherwise.
 */
export async function installedAsLocked(runtime: Folder, lock: Lockfile): Promise<Generation | undefined> {
  return runtime.exclusively(async () => {
    await recover(runtime);
    const generation = await readInstalled(runtime);
    if (generation === undefined) return undefined;
    if (canonicalJson(generation.lock.plugins) !== canonicalJson(lock.plugins)) return undefined;
    const whole = await verifyGeneration(runtime, generation).then(
      () => true,
      () => false,
    );
    return whole ? generation : undefined;
  });
}

/**
 * Hears what opened registries say of what is or was installed, without changing the set: newer serials, versions that
 * were blocked. A registry of which something newer was seen meanwhile is left out. Returns the installed plugins that must not be started any more.
 */
export async function refresh(
  registries: Resolution['registries'],
  { runtime, clock }: Pick<MaintainDependencies, 'runtime' | 'clock'>,
): Promise<readonly BlockedVersion[]> {
  return runtime.exclusively(async () => {
    await recover(runtime);
    const late = await outrun(runtime, registries);
    const current = new Map([...registries].filter(([id]) => !late.has(id)));
    const blocked = await heardOfBlocks(runtime, { registries: current, plugins: [] });
    await remember(runtime, { registries: registryStates({ registries: current }, clock.now()), blocked });
    const generation = await readInstalled(runtime);
    return generation === undefined ? [] : blockedIn(generation, blocked);
  });
}

async function requireInstalled(runtime: Folder): Promise<Generation> {
  const generation = await readInstalled(runtime);
  if (generation !== undefined) return generation;
  throw new AssayError('GENERATION_UNKNOWN', `nothing was ever installed in ${runtime.location}`, {
    hint: 'Install something first: assay install NAME --runtime FOLDER',
  });
}

function changesBetween(before: Generation, after: Generation): readonly SetChange[] {
  return setChanges(before.plugins, new Map(Object.entries(after.plugins)));
}
