import type { Lockfile } from '#model/lockfile';
import type { PluginName } from '#model/names';
import type { OpenRegistry } from './open.ts';
import type { PluginVersion } from './versions.ts';

/** One plugin of a resolved set: exactly one release, and the verified registry it was found in. */
export interface ResolvedPlugin {
  readonly name: PluginName;
  readonly registry: OpenRegistry;
  readonly version: PluginVersion;
  /** The range that was asked for from outside; for what only other plugins need, their ranges. */
  readonly requested: string;
  /** True when only other plugins of the set ask for it. */
  readonly dependency: boolean;
}

/** A whole set, ready to be verified and installed. */
export interface Resolution {
  readonly plugins: readonly ResolvedPlugin[];
  /** The lock that it was resolved against. Where another one stands by now, the set is not installed. */
  readonly locked: Lockfile | undefined;
  readonly registries: ReadonlyMap<string, OpenRegistry>;
  readonly warnings: readonly string[];
}
