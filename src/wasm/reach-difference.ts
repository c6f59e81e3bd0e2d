import { importKey, isOfComponent } from '#model/import-key';
import type { CallPath } from '#model/call-path';
import type { ModuleFacts } from '#model/module-facts';

/** An import that a root can get to in one module and not in the other. */
export interface ReachChange {
  readonly root: string;
  readonly import: string;
  /** The function of an imported instance. */
  readonly member?: string;
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
    removed: removed.slice(0, MAX_LISTED).map(({ path: _, ...change }) => change),
    ...(cut ? { cut } : {}),
  };
}

interface Pair {
  readonly place: number;
  readonly change: ReachChange;
}

type Pairs = ReadonlyMap<string, Pair>;

function changes(pairs: Pairs, known: Pairs, { reachability }: ModuleFacts): ReachChange[] {
  const found: ReachChange[] = [];
  for (const [id, { place, change }] of pairs) {
    if (known.has(id) || found.length > MAX_LISTED) continue;
    const kept = reachability.paths?.find(
      ({ import: target, root, member }) => target === place && root === change.root && member === change.member,
    );
    if (kept === undefined) found.push(change);
    else {
      const { import: _, ...path } = kept;
      found.push({ ...change, path });
    }
  }
  return found;
}

function pairsOf({ imports, reachability }: ModuleFacts): Pairs {
  const pairs = new Map<string, Pair>();
  for (const { roots, imports: places, members = [] } of reachability.classes) {
    for (const place of places) {
      const item = imports[place];
      if (item === undefined) continue;
      const key = importKey(item);
      const prefix = `${item.name}#`;
      const own = isOfComponent(item) ? members.filter((member) => member.startsWith(prefix)) : [];
      for (const member of own.length === 0 ? [undefined] : own.map((text) => text.slice(prefix.length))) {
        for (const root of roots) {
          if (pairs.size >= MAX_PAIRS) return pairs;
          const change = { root, import: key, ...(member === undefined ? {} : { member }) };
          pairs.set(`${root}\0${key}\0${member ?? ''}`, { place, change });
        }
      }
    }
  }
  return pairs;
}
