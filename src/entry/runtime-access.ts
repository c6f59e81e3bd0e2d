import { localFolder } from '#adapters/fs/local-folder';
import { childProcessLoader } from '#adapters/load-check/child-process';
import { cachedReaders } from '#adapters/store/cached';
import { downloadBytes } from '#adapters/store/http';
import { openRegistryReader } from '#adapters/store/open';
import type { Capability } from '#model/capability';
import { AssayError, isAssayError } from '#model/errors';
import type { Lockfile } from '#model/lockfile';
import type { Abi } from '#model/manifest';
import type { PluginName } from '#model/names';
import type { BlockedVersion, Generation } from '#model/runtime-state';
import { type Observe, observed } from '#pipeline';
import type { Clock } from '#ports/clock';
import type { Folder } from '#ports/folder';
import { showCount } from '#report/quantity';
import { parseRequirement, type Requirement } from '#registry/resolution';
import { readBlocked, readInstalled, readLock } from '#runtime/documents';
import { readInstalledBytes } from '#runtime/installed-bytes';
import { RUNTIME } from '#runtime/layout';
import { recover } from '#runtime/switch-generation';
import { install, type InstallDependencies, type InstallResult } from '#stages/install/install';
import { blockedIn, installedAsLocked, refresh } from '#stages/install/maintain';
import { setChanges } from '#stages/install/set-changes';
import { requireLocked, resolveFrozen } from '#stages/resolve/frozen';
import { registryOpener } from '#stages/resolve/open-registries';
import { resolve } from '#stages/resolve/resolve';
import { localVerifier } from './registry-access.ts';
import { requireTrust } from './trust-file.ts';

export interface InstallOptions {
  /** Exactly what the lock says. */
  readonly frozen?: boolean;
  readonly prereleases?: boolean;
  readonly allowDowngrade?: boolean;
  /** Plugins whose new owners a person knows of. */
  readonly acceptNewSigner?: readonly PluginName[];
  readonly dryRun?: boolean;
}

/** A runtime folder on this disk. */
export function runtimeFolder(path: string): Folder {
  return localFolder(path, { protectAdded: true });
}

/**
 * Adds plugins to the installed set: resolve → verify → install, the whole set at once. What is installed already
 * stays wanted, at the range it was asked for. Throws what resolving and the gate of installing throw; the set in use
 * is then what it was.
 */
export async function installInto(
  path: string,
  wanted: readonly string[],
  options: InstallOptions,
  { clock, observe }: { readonly clock: Clock; readonly observe: Observe },
): Promise<InstallResult> {
  const trust = await requireTrust(path);
  const runtime = runtimeFolder(path);
  // The lock of a switch that a process died in may be taken back.
  if (options.dryRun !== true) await runtime.exclusively(() => recover(runtime));
  const locked = await readLock(runtime);
  const added = wanted.map(parseRequirement);
  const verifier = localVerifier();
  if (options.frozen === true && options.dryRun !== true) {
    const whole = await alreadyWhole(runtime, requireLock(locked, path), added);
    if (whole !== undefined) return whole;
  }
  const { readerFor, remember, stale } = cachedReaders({ folder: runtime, blobs: RUNTIME.store }, openRegistryReader);
  const open = registryOpener({ trust, readerFor, verifier, clock, runtime, locked, download: downloadBytes });
  const resolution = await observed(
    'resolve',
    clock,
    observe,
    () =>
      options.frozen === true
        ? resolveFrozen(requireLock(locked, path), added, trust, open)
        : resolve(
            {
              requirements: withInstalled(added, locked),
              trust,
              locked,
              upgrade: new Set(added.map(({ name }) => name)),
              prereleases: options.prereleases ?? false,
              allowDowngrade: options.allowDowngrade ?? false,
              now: clock.now(),
            },
            open,
          ),
    ({ plugins, registries }) => ({
      detail: `${showCount(plugins.length, 'plugin')} from ${[...registries.keys()].join(', ')}`,
    }),
  );
  const acceptNewSigner = new Set(options.acceptNewSigner);
  let begun = clock.elapsed();
  const deps: InstallDependencies = {
    runtime,
    verifier,
    loader: childProcessLoader(),
    clock,
    verified(plugins) {
      const detail = `${showCount(plugins, 'plugin')}: digest, provenance, verdict, signer, load`;
      observe({ stage: 'verify', outcome: 'done', detail, ms: clock.elapsed() - begun });
      begun = clock.elapsed();
    },
  };
  const result = await install({ resolution, trust, acceptNewSigner }, deps, { dryRun: options.dryRun ?? false });
  // A cache that cannot be written costs the next run without a network, not this one.
  if (options.dryRun !== true) {
    await runtime.exclusively(() => remember(new Set(resolution.registries.keys()))).catch(() => {});
  }
  const detail = options.dryRun === true ? 'dry run: nothing was written' : `generation ${result.generation}`;
  observe({ stage: 'install', outcome: 'done', detail, ms: clock.elapsed() - begun });
  const unreached = stale().map((id) => `${id} cannot be reached; it was read as it was verified last`);
  return { ...result, warnings: [...result.warnings, ...unreached] };
}

/** The result of a frozen install that finds everything in place; it asks no registry. */
async function alreadyWhole(
  runtime: Folder,
  lock: Lockfile,
  wanted: readonly Requirement[],
): Promise<InstallResult | undefined> {
  requireLocked(lock, wanted);
  const generation = await installedAsLocked(runtime, lock);
  if (generation === undefined) return undefined;
  const plugins = new Map(Object.entries(generation.plugins));
  const changes = setChanges(generation.plugins, plugins);
  const blocked = blockedIn(generation, await readBlocked(runtime));
  const warnings = blocked.map(
    ({ name, version, reason }) => `${name} ${version} is blocked by its registry: ${reason}`,
  );
  return { generation: generation.number, changes, plugins, lock, warnings };
}

function requireLock(locked: Lockfile | undefined, path: string): Lockfile {
  if (locked !== undefined) return locked;
  throw new AssayError('LOCK_OUTDATED', `${path} holds no assay.lock`, {
    hint: 'Put the lockfile there first, or install without --frozen.',
  });
}

/** What is asked for now, and everything that was asked for before and is not mentioned. */
function withInstalled(added: readonly Requirement[], locked: Lockfile | undefined): Requirement[] {
  const named = new Set(added.map(({ name }) => name));
  const before = Object.entries(locked?.plugins ?? {}).filter(
    ([name, { dependency }]) => !dependency && !named.has(name),
  );
  return [...added, ...before.map(([name, { requested: range, registry }]) => ({ name, range, registry }))];
}

/** The set that is in use. Throws GENERATION_UNKNOWN when nothing was ever installed. */
export async function installedSet(path: string): Promise<Generation> {
  const generation = await readInstalled(runtimeFolder(path));
  if (generation !== undefined) return generation;
  throw new AssayError('GENERATION_UNKNOWN', `nothing was ever installed in ${path}`, {
    hint: `Install something first: assay install NAME --runtime ${path}`,
  });
}

/** The plugins of a set that their registries have blocked, as far as this machine has heard; no registry is asked. */
export async function quarantinedIn(path: string, generation: Generation): Promise<readonly BlockedVersion[]> {
  return blockedIn(generation, await readBlocked(runtimeFolder(path)));
}

export interface HeardFromRegistries {
  /** The current snapshot of each trusted registry, by its id. */
  readonly serials: Readonly<Record<string, number>>;
  /** Installed plugins that must not be started any more. */
  readonly quarantined: readonly BlockedVersion[];
  /** Registries that could not be asked; of them only what was heard before is known. */
  readonly unreached: readonly string[];
}

/**
 * Asks every trusted registry for news of what is installed; the set stays as it is. One that cannot be reached, or that
 * lies, does not keep the others from being heard. Throws what opening one throws otherwise, once all were asked.
 */
export async function refreshRuntime(path: string, clock: Clock): Promise<HeardFromRegistries> {
  const trust = await requireTrust(path);
  const runtime = runtimeFolder(path);
  const locked = await readLock(runtime);
  const { readerFor, remember, stale } = cachedReaders({ folder: runtime, blobs: RUNTIME.store }, openRegistryReader);
  const open = registryOpener({
    trust,
    readerFor,
    verifier: localVerifier(),
    clock,
    runtime,
    locked,
    download: downloadBytes,
  });
  const serials = new Map<string, number>();
  const unreached = new Set<string>();
  const faults: unknown[] = [];
  for (const id of Object.keys(trust.registries)) {
    try {
      const registry = await open(id);
      await refresh(new Map([[id, registry]]), { runtime, clock });
      serials.set(id, registry.snapshot.serial);
    } catch (error) {
      if (isAssayError(error) && error.code === 'NETWORK') unreached.add(id);
      else faults.push(error);
    }
  }
  // A cache that cannot be written costs the next run without a network, not this one.
  await runtime.exclusively(() => remember(new Set(serials.keys()))).catch(() => {});
  if (faults.length > 0) throw faults[0];
  const quarantined = await refresh(new Map(), { runtime, clock });
  return {
    serials: Object.fromEntries(serials),
    quarantined,
    unreached: [...unreached, ...stale().filter((id) => !unreached.has(id))],
  };
}

/**
 * An installed plugin, its bytes checked once more, with the capabilities it was approved with. Throws VERSION_BLOCKED
 * when this machine has heard that its registry blocked it.
 */
export async function installedPlugin(
  path: string,
  name: PluginName,
): Promise<{ readonly bytes: Uint8Array; readonly abi: Abi; readonly capabilities: readonly Capability[] }> {
  const generation = await installedSet(path);
  const { plugins } = generation;
  const plugin = plugins[name];
  if (plugin === undefined) {
    throw new AssayError('PLUGIN_UNKNOWN', `${name} is not installed in ${path}`, {
      hint: `Installed: ${Object.keys(plugins).join(', ') || 'nothing'}.`,
    });
  }
  const block = (await quarantinedIn(path, generation)).find((blocked) => blocked.name === name);
  if (block !== undefined) {
    throw new AssayError('VERSION_BLOCKED', `${name} ${plugin.version} is blocked by its registry: ${block.reason}`, {
      hint: `Install another version (assay install ${name} --runtime ${path}), or uninstall it.`,
    });
  }
  const bytes = await readInstalledBytes(runtimeFolder(path), name, plugin);
  return { bytes, abi: plugin.abi, capabilities: plugin.capabilities };
}
