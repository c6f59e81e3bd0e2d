import semver from 'semver';
import { AssayError } from '#model/errors';
import { namespaceOf, type PluginName } from '#model/names';
import type { TrustPolicy } from '#model/trust-policy';
import { nearMisses } from './names.ts';
import type { PluginVersion } from './versions.ts';

/** What somebody needs: a plugin, a SemVer range, and perhaps one registry by name. */
export interface Requirement {
  readonly name: PluginName;
  readonly range: string;
  readonly registry?: string;
}

/** Reads `namespace/name`, `namespace/name@range` or `registry:namespace/name@range`. Throws INPUT_INVALID. */
export function parseRequirement(text: string): Requirement {
  const match = /^(?:([a-z0-9-]{2,40}):)?([a-z0-9-]{2,40}\/[a-z0-9-]{2,40})(?:@(.{1,100}))?$/.exec(text);
  if (match?.[2] === undefined) {
    throw new AssayError('INPUT_INVALID', `${JSON.stringify(text.slice(0, 200))} does not name a plugin`, {
      hint: 'Write namespace/name, or namespace/name@^1.2 for a range of versions.',
    });
  }
  const range = match[3] ?? '*';
  requireRange(range, match[2]);
  return { name: match[2], range, ...(match[1] === undefined ? {} : { registry: match[1] }) };
}

/** Throws INPUT_INVALID unless the text is a SemVer range. */
export function requireRange(range: string, who: string): void {
  if (range.length > 100 || semver.validRange(range) === null) {
    throw new AssayError('INPUT_INVALID', `${JSON.stringify(range.slice(0, 120))}, asked for ${who}, is no range`, {
      hint: 'Ranges are written as 1.4.0, ^1.4, ~1.4.2, ">=1.2 <2" or *.',
    });
  }
}

/**
 * The one registry that may serve a plugin. A bound namespace belongs to its registry alone; an unbound one is served
 * only where a single registry is trusted, since asking several and taking the first is how names get confused.
 * Throws NAME_AMBIGUOUS or REGISTRY_UNKNOWN.
 */
export function registryFor(requirement: Requirement, trust: TrustPolicy): string {
  const namespace = namespaceOf(requirement.name);
  // "constructor" is a namespace like any other.
  const bound = Object.hasOwn(trust.namespaces, namespace) ? trust.namespaces[namespace] : undefined;
  const asked = requirement.registry;
  const trusted = Object.keys(trust.registries);
  const wanted = asked ?? bound ?? (trusted.length === 1 ? trusted[0] : undefined);
  if (wanted !== undefined && !trusted.includes(wanted)) {
    throw new AssayError('REGISTRY_UNKNOWN', `${requirement.name}: the registry ${wanted} is not trusted here`, {
      hint: `Trusted: ${trusted.join(', ') || 'none'}. Add one with: assay trust add URL --runtime FOLDER --root sha256:…`,
    });
  }
  if (bound !== undefined && wanted !== bound) {
    throw new AssayError('NAME_AMBIGUOUS', `${namespace} is bound to the registry ${bound}, not to ${wanted}`, {
      hint: `Ask for ${requirement.name} without naming a registry, or change namespaces in trust.json.`,
    });
  }
  if (wanted === undefined) {
    if (trusted.length === 0) {
      throw new AssayError('REGISTRY_UNKNOWN', `no registry is trusted here, so ${requirement.name} cannot be found`, {
        hint: 'Add one with: assay trust add URL --runtime FOLDER --root sha256:…',
      });
    }
    throw new AssayError('NAME_AMBIGUOUS', `${requirement.name} could come from ${trusted.join(' or ')}`, {
      hint: `Bind the namespace in trust.json: "namespaces": { "${namespace}": "${trusted[0]}" }`,
    });
  }
  return wanted;
}

export interface Selection {
  /** Every range that the version must satisfy. */
  readonly ranges: readonly string[];
  /** Considers prereleases that no range names. */
  readonly prereleases: boolean;
  /** A version that stays if it still fits, even when it has been yanked since. */
  readonly keep?: string;
  readonly now: Date;
  readonly minimumAgeHours: number;
}

export interface Selected {
  readonly version: PluginVersion;
  readonly warnings: readonly string[];
}

/**
 * The highest version that satisfies every range and is neither yanked, blocked nor too young.
 * Throws VERSION_UNKNOWN, VERSION_BLOCKED or VERSION_TOO_NEW, whichever stood in the way of the best match.
 */
export function selectVersion(name: PluginName, versions: readonly PluginVersion[], selection: Selection): Selected {
  const fitting = versions
    .filter(({ release }) => satisfiesAll(release.version, selection))
    .toSorted((a, b) => semver.rcompare(a.release.version, b.release.version));
  // A prerelease that somebody asked for stays without being asked for each time.
  const kept = versions.find(
    ({ release }) =>
      release.version === selection.keep && satisfiesAll(release.version, { ...selection, prereleases: true }),
  );
  if (kept !== undefined && kept.state !== 'blocked') return { version: kept, warnings: stateWarnings(name, kept) };

  const usable = fitting.filter(({ state }) => state === 'active' || state === 'deprecated');
  const oldEnough = usable.find((version) => isOldEnough(version, selection));
  if (oldEnough !== undefined) return { version: oldEnough, warnings: stateWarnings(name, oldEnough) };

  const tooNew = usable[0];
  if (tooNew !== undefined) throw tooYoung(name, tooNew, selection);
  const withdrawn = kept ?? fitting[0];
  if (withdrawn !== undefined) throw blocked(name, withdrawn);
  throw unknownVersion(name, versions, selection);
}

function satisfiesAll(version: string, { ranges, prereleases }: Selection): boolean {
  return ranges.every((range) => semver.satisfies(version, range, { includePrerelease: prereleases }));
}

/** Where no age is asked for, none is measured: a publisher's clock may run ahead of this one. */
function isOldEnough({ release }: PluginVersion, { now, minimumAgeHours }: Selection): boolean {
  return minimumAgeHours === 0 || now.getTime() - Date.parse(release.publishedAt) >= minimumAgeHours * 3_600_000;
}

function stateWarnings(name: PluginName, { state, stateEvent, release }: PluginVersion): string[] {
  return state === 'active'
    ? []
    : [`${name} ${release.version} is ${state}: ${stateEvent?.reason ?? 'no reason given'}`];
}

function tooYoung(name: PluginName, { release }: PluginVersion, selection: Selection): AssayError {
  const free = new Date(Date.parse(release.publishedAt) + selection.minimumAgeHours * 3_600_000);
  return new AssayError(
    'VERSION_TOO_NEW',
    `${name} ${release.version} was published ${release.publishedAt}; this machine waits ${selection.minimumAgeHours} h`,
    { hint: `It may be installed from ${free.toISOString()}, or lower minimumAgeHours in trust.json.` },
  );
}

/** The error for a version that its registry has withdrawn. */
export function blocked(name: PluginName, { release, state, stateEvent }: PluginVersion): AssayError {
  return new AssayError(
    'VERSION_BLOCKED',
    `${name} ${release.version} is ${state} by its registry: ${stateEvent?.reason ?? 'no reason given'}`,
    { hint: 'Ask for another version, or for a range that has one.' },
  );
}

function unknownVersion(name: PluginName, versions: readonly PluginVersion[], selection: Selection): AssayError {
  const known = versions.map(({ release }) => release.version).toSorted(semver.rcompare);
  const wanted = selection.ranges.join(' and ');
  const prerelease = known.find((version) => satisfiesAll(version, { ...selection, prereleases: true }));
  const hint =
    prerelease === undefined
      ? `Published: ${known.slice(0, 8).join(', ') || 'nothing'}${known.length > 8 ? ', …' : ''}`
      : `The prerelease ${prerelease} would fit; ask for it with --prerelease.`;
  return new AssayError('VERSION_UNKNOWN', `${name} has no version that satisfies ${wanted}`, { hint });
}

/** The error for a plugin that the registry does not list; `known` are names to compare it with. */
export function unknownPlugin(name: PluginName, registry: string, known: Iterable<string>): AssayError {
  const near = nearMisses(name, known);
  return new AssayError('PLUGIN_UNKNOWN', `the registry ${registry} has no plugin ${name}`, {
    hint: near.length === 0 ? 'Check the spelling of namespace and name.' : `Did you mean ${near.join(' or ')}?`,
  });
}
