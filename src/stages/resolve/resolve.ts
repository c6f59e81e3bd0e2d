import semver from 'semver';
import { AssayError } from '#model/errors';
import type { LockedPlugin, Lockfile } from '#model/lockfile';
import type { PluginName } from '#model/names';
import type { TrustPolicy } from '#model/trust-policy';
import type { OpenRegistry } from '#registry/open';
import { registryFor, type Requirement, requireRange, selectVersion, unknownPlugin } from '#registry/resolution';
import type { Resolution, ResolvedPlugin } from '#registry/resolved';
import { type PluginVersion, versionsOf } from '#registry/versions';
import type { RegistryOpener } from './open-registries.ts';

export interface ResolveRequest {
  /** Everything that is wanted, as one set. */
  readonly requirements: readonly Requirement[];
  readonly trust: TrustPolicy;
  /** What is installed now. Its versions stay where they still fit. */
  readonly locked?: Lockfile | undefined;
  /** Plugins that move to their newest fitting version; default: those whose locked version does not fit. */
  readonly upgrade?: ReadonlySet<PluginName> | 'all';
  readonly prereleases?: boolean;
  readonly allowDowngrade?: boolean;
  readonly now: Date;
}

const MAX_PLUGINS = 2000;
const MAX_ROUNDS = 10_000;

/**
 * Chooses one version of everything that is wanted and of what that depends on: the highest that satisfies all who ask.
 * Throws NAME_AMBIGUOUS, REGISTRY_UNKNOWN, PLUGIN_UNKNOWN, VERSION_UNKNOWN, VERSION_BLOCKED, VERSION_TOO_NEW,
 * REQUIREMENTS_CONFLICT or DOWNGRADE_REFUSED.
 */
export async function resolve(request: ResolveRequest, open: RegistryOpener): Promise<Resolution> {
  const wants = new Wants(request.requirements);
  const chosen = new Map<PluginName, Choice>();
  const pending = [...wants.names()];
  for (let round = 0; pending.length > 0; round++) {
    const name = pending.pop();
    if (name === undefined) break;
    if (round > MAX_ROUNDS || chosen.size > MAX_PLUGINS) {
      throw new AssayError(
        'REQUIREMENTS_CONFLICT',
        `the set needs more than ${MAX_PLUGINS} plugins or does not settle`,
      );
    }
    if (!wants.isWanted(name)) {
      chosen.delete(name);
      pending.push(...wants.replace(name, {}));
      continue;
    }
    const choice = await choose(name, wants, request, open);
    if (choice.version.releaseDigest === chosen.get(name)?.version.releaseDigest) continue;
    chosen.set(name, choice);
    pending.push(...wants.replace(name, choice.version.release.dependencies));
  }
  return settled(chosen, wants, request.locked);
}

interface Choice {
  readonly registry: OpenRegistry;
  readonly version: PluginVersion;
  readonly warnings: readonly string[];
}

async function choose(name: PluginName, wants: Wants, request: ResolveRequest, open: RegistryOpener): Promise<Choice> {
  const asked = wants.registryOf(name);
  const id = registryFor({ name, range: '*', ...(asked === undefined ? {} : { registry: asked }) }, request.trust);
  const registry = await open(id);
  const log = await registry.log(name);
  if (log === undefined) throw unknownPlugin(name, id, await knownNames(registry));
  const locked = request.locked?.plugins[name];
  const versions = versionsOf(log);
  requireLockedRelease(name, locked, id, versions);
  const moves = request.upgrade === 'all' || request.upgrade?.has(name) === true;
  try {
    const { version, warnings } = selectVersion(name, versions, {
      ranges: wants.rangesOf(name),
      prereleases: request.prereleases ?? false,
      now: request.now,
      minimumAgeHours: request.trust.minimumAgeHours,
      ...(locked === undefined || moves ? {} : { keep: locked.version }),
    });
    refuseDowngrade(name, locked, version, request.allowDowngrade ?? false);
    return { registry, version, warnings };
  } catch (cause) {
    throw explained(cause, name, wants);
  }
}

/** A version that says something else than when it was locked is an attack or an accident, never an update. */
function requireLockedRelease(
  name: PluginName,
  locked: LockedPlugin | undefined,
  registry: string,
  versions: readonly PluginVersion[],
): void {
  if (locked === undefined || locked.registry !== registry) return;
  const now = versions.find(({ release }) => release.version === locked.version);
  if (now?.releaseDigest === locked.release) return;
  const what = now === undefined ? 'no longer lists' : 'lists another release of';
  throw new AssayError(
    'INDEX_TAMPERED',
    `the registry ${registry} ${what} ${name} ${locked.version}, which is locked`,
    {
      hint: 'Published versions never change. Ask the registry’s maintainers before going on.',
    },
  );
}

function refuseDowngrade(name: PluginName, locked: LockedPlugin | undefined, to: PluginVersion, allow: boolean): void {
  if (allow || locked === undefined || semver.gte(to.release.version, locked.version)) return;
  throw new AssayError('DOWNGRADE_REFUSED', `${name} would go from ${locked.version} back to ${to.release.version}`, {
    hint: 'If that is what you want: --allow-downgrade',
  });
}

function explained(cause: unknown, name: PluginName, wants: Wants): unknown {
  const askers = wants.askersOf(name);
  if (!(cause instanceof AssayError) || cause.code !== 'VERSION_UNKNOWN' || askers.length < 2) return cause;
  return new AssayError('REQUIREMENTS_CONFLICT', cause.message, {
    cause,
    problems: askers.map(({ who, range }) => ({ message: `${who} needs ${name} ${range}` })),
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
  });
}

const MAX_LISTING_BYTES = 4 * 1024 * 1024;

/** Names to compare a misspelt one with; a registry too large to list for an error message gives none. */
async function knownNames(registry: OpenRegistry): Promise<readonly PluginName[]> {
  const shards = Object.values(registry.snapshot.shards);
  const bytes = shards.reduce((sum, { size }) => sum + size, 0);
  return bytes > MAX_LISTING_BYTES || shards.length > 256 ? [] : registry.list();
}

function settled(chosen: ReadonlyMap<PluginName, Choice>, wants: Wants, locked: Lockfile | undefined): Resolution {
  const plugins: ResolvedPlugin[] = [];
  const registries = new Map<string, OpenRegistry>();
  const warnings = new Set<string>();
  const needed = neededOf(chosen, wants);
  for (const [name, { registry, version, warnings: own }] of [...chosen].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!needed.has(name)) continue;
    plugins.push({
      name,
      registry,
      version,
      requested: wants.ownRange(name) ?? [...new Set(wants.rangesOf(name))].join(' ').slice(0, 500),
      dependency: wants.ownRange(name) === undefined,
    });
    registries.set(registry.id, registry);
    for (const warning of [...registry.warnings, ...own]) warnings.add(warning);
  }
  return { plugins, locked, registries, warnings: [...warnings] };
}

/** What was asked for from outside, and what that needs: plugins of an earlier choice may be left that need each other. */
function neededOf(chosen: ReadonlyMap<PluginName, Choice>, wants: Wants): ReadonlySet<PluginName> {
  const needed = new Set(wants.names());
  // A set goes on to what is added to it meanwhile.
  for (const name of needed) {
    for (const other of Object.keys(chosen.get(name)?.version.release.dependencies ?? {})) needed.add(other);
  }
  return needed;
}

const PERSON = 'the configuration';

/** Who wants which range of what. The sets of a plugin's own wishes are replaced as its version changes. */
class Wants {
  readonly #byAsker = new Map<string, ReadonlyMap<PluginName, string>>();
  readonly #registries = new Map<PluginName, string>();

  constructor(requirements: readonly Requirement[]) {
    const own = new Map<PluginName, string>();
    for (const { name, range, registry } of requirements) {
      requireRange(range, name);
      if (own.has(name)) {
        throw new AssayError('INPUT_INVALID', `${name} is asked for twice`, { hint: 'Ask for one range of it.' });
      }
      own.set(name, range);
      if (registry !== undefined) this.#registries.set(name, registry);
    }
    this.#byAsker.set(PERSON, own);
  }

  names(): readonly PluginName[] {
    return [...(this.#byAsker.get(PERSON)?.keys() ?? [])];
  }

  /** Notes a plugin's dependencies; returns the names whose ranges may have changed. */
  replace(asker: PluginName, dependencies: Readonly<Record<PluginName, string>>): PluginName[] {
    const before = this.#byAsker.get(asker)?.keys() ?? [];
    for (const [name, range] of Object.entries(dependencies)) requireRange(range, `${asker} (${name})`);
    this.#byAsker.set(asker, new Map(Object.entries(dependencies)));
    return [...new Set([...before, ...Object.keys(dependencies)])];
  }

  askersOf(name: PluginName): { who: string; range: string }[] {
    return [...this.#byAsker].flatMap(([who, wishes]) => {
      const range = wishes.get(name);
      return range === undefined ? [] : [{ who, range }];
    });
  }

  rangesOf(name: PluginName): string[] {
    return this.askersOf(name).map(({ range }) => range);
  }

  isWanted(name: PluginName): boolean {
    return this.askersOf(name).length > 0;
  }

  /** The range that was asked for from outside; undefined for what only other plugins need. */
  ownRange(name: PluginName): string | undefined {
    return this.#byAsker.get(PERSON)?.get(name);
  }

  registryOf(name: PluginName): string | undefined {
    return this.#registries.get(name);
  }
}
