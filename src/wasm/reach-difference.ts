import type { CallPath } from '#model/call-path';
import type { ModuleFacts } from '#model/module-facts';

/** An import that a root can get to in one module and not in the other. */
export interface ReachChange {
  readonly root: string;
  readonly import: string;
  /** How, where the path that was kept for the import begins at this root. */
  readonly path?: CallPath;
}

export interface ReachDifference {
  readonly added: readonly ReachChange[];
  readonly removed: readonly ReachChange[];
  /** Some were left out: more pairs than are compared, or than are listed. */
  readonly cut?: boolean;
}

const MAX_PAIRS = 200_000;
const MAX_LISTED = 1_000;

/** Which roots reach which imports that they did not reach before, and the other way round. */
export function reachDifference(before: ModuleFacts, after: ModuleFacts): ReachDifference {
  const old = pairsOf(before);
  const fresh = pairsOf(after);
  const added = changes(fresh, old, after);
  const removed = changes(old, fresh, before);
  const cut =
    old.size >= MAX_PAIRS || fresh.size >= MAX_PAIRS || added.length > MAX_LISTED || removed.length > MAX_LISTED;
  return {
    added: added.slice(0, MAX_LISTED),
    removed: removed.slice(0, MAX_LISTED).map(({ root, import: key }) => ({ root, import: key })),
    ...(cut ? { cut } : {}),
  };
}

type Pairs = ReadonlyMap<string, { readonly root: string; readonly place: number; readonly key: string }>;

function changes(pairs: Pairs, known: Pairs, { reachability }: ModuleFacts): ReachChange[] {
  const found: ReachChange[] = [];
  for (const [id, { root, place, key }] of pairs) {
    if (known.has(id) || found.length > MAX_LISTED) continue;
    const kept = reachability.paths?.find((path) => path.import === place && path.root === root);
    if (kept === undefined) found.push({ root, import: key });
    else {
      const { import: _, ...path } = kept;
      found.push({ root, import: key, path });
    }
  }
  return found;
}

function pairsOf({ imports, reachability }: ModuleFacts): Pairs {
  const pairs = new Map<string, { root: string; place: number; key: string }>();
  for (const group of reachability.classes) {
    for (const place of group.imports) {
      const { module = '', name = '' } = imports[place] ?? {};
      const key = module === '' ? name : `${module}.${name}`;
      for (const root of group.roots) {
        if (pairs.size >= MAX_PAIRS) return pairs;
        pairs.set(`${root}\0${key}`, { root, place, key });
      }
    }
  }
  return pairs;
}
