import type { FindingLocation } from '#model/audit-report';
import type { CallPath } from '#model/call-path';
import type { ModuleFacts } from '#model/module-facts';
import { START_ROOT } from '#wasm/root-names';
import { carriesCapability } from './host-abi/component-interfaces.ts';
import { importKey } from '#model/import-key';

/** More places than any report shows with a path would only make verdicts long. */
export const MAX_PATHS = 5;

/**
 * The shortest path to an import, from `root` where that is given, else from an export where there is one; undefined
 * where none was kept. Of an imported instance it leads to a function that the capabilities of its interface are about.
 */
export function pathTo(facts: ModuleFacts, place: number, root?: string): CallPath | undefined {
  const name = facts.imports[place]?.name ?? '';
  const [found] = (facts.reachability.paths ?? [])
    .filter(
      (path) =>
        path.import === place &&
        (root === undefined || path.root === root) &&
        (path.member === undefined || carriesCapability(name, path.member)),
    )
    .toSorted((a, b) => startsAlone(a) - startsAlone(b) || lengthOf(a) - lengthOf(b));
  if (found === undefined) return undefined;
  const { import: _, ...path } = found;
  return path;
}

/** Whether a root is what reachability calls so itself and no export, which may have any name. */
export function isOwnRoot(facts: ModuleFacts, root: string): boolean {
  return root.startsWith('(') && !facts.exports.some(({ name }) => name === root);
}

/** Where a root is: the export of that name, or the start section; of tables and references only the path tells. */
export function rootPlace(facts: ModuleFacts, root: string | undefined): Pick<FindingLocation, 'export' | 'section'> {
  if (root === undefined) return {};
  if (!isOwnRoot(facts, root)) return { export: root };
  return root === START_ROOT ? { section: 'start' } : {};
}

/** 1 for a path from the start section, which comes last where a host calls something that gets there too. */
function startsAlone({ root }: CallPath): 0 | 1 {
  return root === START_ROOT ? 1 : 0;
}

function lengthOf({ steps, omitted = 0 }: CallPath): number {
  return steps.length + omitted;
}

/**
 * A location for each import, which the first ones say how to get to, with the export or section where that begins. A path begins
 * at `root`, or at whichever root is nearest.
 */
export function pathLocations(
  facts: ModuleFacts,
  keys: readonly string[],
  fallback: { readonly root?: string; readonly export?: string },
): FindingLocation[] {
  const wanted = new Set(keys);
  const places = new Map<string, number[]>();
  for (const [place, item] of facts.imports.entries()) {
    const key = importKey(item);
    if (wanted.has(key)) places.set(key, [...(places.get(key) ?? []), place]);
  }
  return keys.map((key, index) => {
    const paths = index < MAX_PATHS ? (places.get(key) ?? []) : [];
    const path = paths.map((place) => pathTo(facts, place, fallback.root)).find((found) => found !== undefined);
    const from = path?.root ?? fallback.export;
    return {
      import: key,
      ...rootPlace(facts, from),
      ...(path === undefined ? {} : { path }),
    };
  });
}
