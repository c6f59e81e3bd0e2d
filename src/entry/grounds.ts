import { loadAdvisories } from './advisories.ts';
import { loadBaseline } from './baseline.ts';
import type { DecisionGrounds } from './decide-again.ts';
import { loadAcceptances, policyOf } from './documents.ts';
import type { LoadedPlugin } from './load-plugin.ts';

/** What a step names besides the plugin: the same for every step, or they decide differently. */
export interface NamedGrounds {
  readonly policy: string | undefined;
  readonly baseline: string | undefined;
  readonly acceptances: string | undefined;
  readonly advisories: readonly string[];
}

/** Loads what a plugin's decision rests on. Paths are relative to `cwd`. */
export async function loadGrounds(cwd: string, plugin: LoadedPlugin, named: NamedGrounds): Promise<DecisionGrounds> {
  const baseline = await loadBaseline(cwd, named.baseline);
  const advisories = await loadAdvisories(cwd, named.advisories);
  return {
    manifest: plugin.manifest,
    policy: policyOf(plugin, named.policy, cwd),
    acceptances: await loadAcceptances(cwd, named.acceptances),
    ...(baseline === undefined ? {} : { baseline }),
    ...(advisories === undefined ? {} : { advisories }),
  };
}
