import { canonicalJson } from '#model/canonical-json';
import { digestOf } from '#model/digest';
import { AssayError, toAssayError } from '#model/errors';
import type { Artifact } from '#model/events';
import type { LockedPlugin, Lockfile } from '#model/lockfile';
import type { PluginName } from '#model/names';
import type { Generation, InstalledPlugin } from '#model/runtime-state';
import type { TrustPolicy } from '#model/trust-policy';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import type { Folder } from '#ports/folder';
import type { PluginLoader } from '#ports/plugin-loader';
import type { Resolution } from '#registry/resolved';
import { readInstalled, readLock } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { nextNumber, recover, remember, switchGeneration } from '#runtime/switch-generation';
import { heardOfBlocks, registryStates, requireCurrent } from './consequences.ts';
import { type AdmittedPlugin, admit, type GateDependencies } from './gate.ts';
import { type SetChange, setChanges } from './set-changes.ts';

export interface InstallRequest {
  readonly resolution: Resolution;
  readonly trust: TrustPolicy;
  /** Serial of the configuration that asked for the set; 0 when a person did. */
  readonly configSerial?: number;
  /** Plugins that may be signed by another author than before. */
  readonly acceptNewSigner?: ReadonlySet<PluginName>;
  /** Plugins that another registry may take over. */
  readonly acceptNewRegistry?: ReadonlySet<PluginName>;
}

export interface InstallDependencies {
  /** The runtime folder. */
  readonly runtime: Folder;
  readonly verifier: BundleVerifier;
  readonly loader: PluginLoader;
  readonly clock: Clock;
  /** Asked once the new set is in use; when it throws, the old one comes back. */
  readonly probe?: () => Promise<void>;
  /** Told when every plugin has passed every check and nothing is written yet. */
  readonly verified?: (plugins: number) => void;
}

export interface InstallResult {
  /** Number of the generation in use now (in a dry run: before). Undefined when nothing was ever installed. */
  readonly generation: number | undefined;
  readonly changes: readonly SetChange[];
  readonly plugins: ReadonlyMap<PluginName, InstalledPlugin>;
  readonly lock: Lockfile;
  readonly warnings: readonly string[];
}

/**
 * Makes a resolved set the installed one, all of it or nothing. Every plugin passes every check before anything is
 * written; a set that is already in use makes no new generation. Throws what the first check that failed throws, with
 * the others as its problems, and LOCKED when another process changed the set since it was resolved.
 */
export async function install(
  request: InstallRequest,
  deps: InstallDependencies,
  options: { readonly dryRun?: boolean } = {},
): Promise<InstallResult> {
  if (options.dryRun) return (await prepare(request, deps)).result;
  return deps.runtime.exclusively(async () => {
    await recover(deps.runtime);
    const { result, admitted, before } = await prepare(request, deps);
    const isInUse = before !== undefined && isSame(before, result);
    await requireCurrent(deps.runtime, request.resolution, isInUse);
    const now = deps.clock.now();
    const states = registryStates(request.resolution, now);
    const blocked = await heardOfBlocks(deps.runtime, request.resolution);
    await store(deps.runtime, admitted);
    if (isInUse) {
      await remember(deps.runtime, { registries: states, blocked });
      return result;
    }
    const generation: Generation = {
      schema: 'assay.generation/1',
      number: await nextNumber(deps.runtime),
      createdAt: now.toISOString(),
      plugins: Object.fromEntries(result.plugins),
      lock: result.lock,
    };
    await switchGeneration(deps.runtime, generation, true, {
      registries: states,
      blocked,
      generationsKept: request.trust.generationsKept,
      ...(deps.probe === undefined ? {} : { probe: deps.probe }),
    });
    return { ...result, generation: generation.number };
  });
}

interface Prepared {
  readonly result: InstallResult;
  readonly admitted: ReadonlyMap<PluginName, AdmittedPlugin>;
  readonly before: Generation | undefined;
}

async function prepare(request: InstallRequest, deps: InstallDependencies): Promise<Prepared> {
  const before = await readInstalled(deps.runtime);
  const lock = await readLock(deps.runtime);
  const admitted = await admitAll(request, deps, lock, before);
  deps.verified?.(admitted.size);
  const plugins = new Map([...admitted].map(([name, { installed }]) => [name, installed]));
  const locked = Object.fromEntries([...admitted].map(([name, one]): [string, LockedPlugin] => [name, one.locked]));
  const result: InstallResult = {
    generation: before?.number,
    changes: setChanges(before?.plugins ?? {}, plugins),
    plugins,
    lock: newLock(request, lock, locked),
    warnings: [...request.resolution.warnings, ...[...admitted.values()].flatMap(({ warnings }) => warnings)],
  };
  return { result, admitted, before };
}

async function admitAll(
  { resolution, trust, acceptNewSigner, acceptNewRegistry }: InstallRequest,
  { runtime, verifier, loader, clock }: InstallDependencies,
  lock: Lockfile | undefined,
  before: Generation | undefined,
): Promise<Map<PluginName, AdmittedPlugin>> {
  const admitted = new Map<PluginName, AdmittedPlugin>();
  const failures: AssayError[] = [];
  const gate: GateDependencies = {
    trust,
    verifier,
    loader,
    now: clock.now(),
    stored: (artifact) => stored(runtime, artifact),
    inUse: new Set(Object.values(before?.plugins ?? {}).map(({ artifact }) => artifact.digest)),
  };
  for (const plugin of resolution.plugins) {
    const { name } = plugin;
    try {
      const request = {
        plugin,
        locked: lock?.plugins[name],
        acceptNewSigner: acceptNewSigner?.has(name) ?? false,
        acceptNewRegistry: acceptNewRegistry?.has(name) ?? false,
      };
      admitted.set(name, await admit(request, gate));
    } catch (cause) {
      failures.push(toAssayError(cause));
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return admitted;
  if (others.length === 0) throw first;
  throw new AssayError(first.code, `${first.message} (and ${others.length} more; nothing was installed)`, {
    cause: first,
    problems: failures.map(({ message, hint }) => ({ message, ...(hint === undefined ? {} : { hint }) })),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

/** A stored copy that is damaged counts as none, so that installing again repairs it. */
async function stored(runtime: Folder, { digest, size }: Artifact): Promise<Uint8Array | undefined> {
  const bytes = await runtime.read(RUNTIME.blob(digest), size + 1).catch(() => undefined);
  return bytes !== undefined && bytes.length === size && digestOf(bytes) === digest ? bytes : undefined;
}

async function store(runtime: Folder, admitted: ReadonlyMap<PluginName, AdmittedPlugin>): Promise<void> {
  for (const { bytes, installed } of admitted.values()) {
    const path = RUNTIME.blob(installed.artifact.digest);
    const present = await runtime.read(path, bytes.length).catch(() => new Uint8Array());
    if (present !== undefined && digestOf(present) !== installed.artifact.digest) await runtime.remove(path);
    await runtime.add(path, bytes);
  }
}

function newLock(
  { resolution, trust, configSerial }: InstallRequest,
  before: Lockfile | undefined,
  plugins: Record<PluginName, LockedPlugin>,
): Lockfile {
  const registries = [...resolution.registries].map(([id, { memory }]): [string, Lockfile['registries'][string]] => {
    const root = trust.registries[id]?.root;
    if (root === undefined) throw new AssayError('REGISTRY_UNKNOWN', `the registry ${id} is not trusted here`);
    return [id, { root, serial: memory.serial }];
  });
  return {
    lockVersion: 1,
    configSerial: configSerial ?? before?.configSerial ?? 0,
    registries: Object.fromEntries(registries),
    plugins,
  };
}

/** Whether the set is in use already. A registry's serial moves on by itself and makes no new set. */
function isSame(before: Generation, { plugins, lock }: InstallResult): boolean {
  const essence = (set: unknown, { plugins: locked, configSerial }: Lockfile) =>
    canonicalJson({ set, locked, configSerial });
  return essence(before.plugins, before.lock) === essence(Object.fromEntries(plugins), lock);
}
