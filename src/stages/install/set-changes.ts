import semver from 'semver';
import type { PluginName } from '#model/names';
import type { InstalledPlugin } from '#model/runtime-state';

/** What happens to one plugin of a set. */
export interface SetChange {
  readonly name: PluginName;
  readonly kind: 'installed' | 'upgraded' | 'downgraded' | 'replaced' | 'removed' | 'unchanged';
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Capabilities that the plugin did not have before. */
  readonly capabilitiesAdded: readonly string[];
}

/** The difference between two sets, by name. */
export function setChanges(
  before: Readonly<Record<PluginName, InstalledPlugin>>,
  after: ReadonlyMap<PluginName, InstalledPlugin>,
): readonly SetChange[] {
  const names = [...new Set([...Object.keys(before), ...after.keys()])].toSorted();
  return names.map((name) => {
    const from = before[name];
    const to = after.get(name);
    return {
      name,
      kind: kindOf(from, to),
      from: from?.version,
      to: to?.version,
      capabilitiesAdded: (to?.capabilities ?? []).filter((one) => !from?.capabilities.includes(one)),
    };
  });
}

function kindOf(from: InstalledPlugin | undefined, to: InstalledPlugin | undefined): SetChange['kind'] {
  if (to === undefined) return 'removed';
  if (from === undefined) return 'installed';
  if (from.release === to.release && from.artifact.digest === to.artifact.digest) return 'unchanged';
  const order = semver.compare(to.version, from.version);
  if (order === 0) return 'replaced';
  return order > 0 ? 'upgraded' : 'downgraded';
}
