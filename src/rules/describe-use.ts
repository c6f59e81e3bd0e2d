import type { FindingLocation } from '#model/audit-report';
import type { CapabilityUse } from '#model/capability';
import type { ModuleFacts } from '#model/module-facts';
import { START_ROOT } from '#wasm/root-names';
import { listed, quote } from './clip.ts';
import { isOwnRoot, pathLocations } from './paths.ts';

/** `"greet" can reach net through "env.send"`: first the roots where the paths begin that the locations show. */
export function describeUse(use: CapabilityUse, facts: ModuleFacts): string {
  const imports = listed(
    use.imports.map((name) => quote(name)),
    3,
  );
  if (use.from.length === 0) return `needs ${use.capability} through ${imports}`;
  const shown = useLocations(use, facts).flatMap(({ path }) => path?.root ?? []);
  const from = [...new Set([...shown, ...use.from])].slice(0, Math.max(use.from.length, shown.length));
  return `${listed(
    from.map((root) => rootWords(root, facts)),
    3,
  )} can reach ${use.capability} through ${imports}`;
}

/** What people call a root of reachability; an export by its own name. */
export function rootWords(root: string, facts: ModuleFacts, max = 120): string {
  if (!isOwnRoot(facts, root)) return quote(root, max);
  if (root === START_ROOT) return 'the start section';
  const table = /^\(table (.*)\)$/s.exec(root)?.[1];
  return table === undefined ? 'functions handed out by reference' : `functions in the table ${quote(table, max)}`;
}

/** Where the capability's imports are, and how they are reached. */
export function useLocations(use: CapabilityUse, facts: ModuleFacts): FindingLocation[] {
  const [first] = use.from;
  return pathLocations(facts, use.imports, first === undefined ? {} : { export: first });
}
