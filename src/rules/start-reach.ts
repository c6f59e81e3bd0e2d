import type { Capability } from '#model/capability';
import type { FindingLocation } from '#model/audit-report';
import type { ModuleFacts } from '#model/module-facts';
import { START_ROOT } from '#wasm/root-names';
import { capabilitiesOfImport } from './capabilities.ts';
import { HOST_EVAL } from './host-abi/emscripten.ts';
import { importKey } from '#model/import-key';
import { pathLocations } from './paths.ts';
import { reachesCapability } from './reached-imports.ts';
import type { ReadContext } from './rule.ts';

const OUTSIDE: ReadonlySet<Capability> = new Set(['fs', 'net', 'process']);

/** Imports for files, network, processes or host evaluation that the start section can reach. */
export function startReach({ facts, abi }: Pick<ReadContext, 'facts' | 'abi'>): {
  direct: string[];
  indirect: string[];
} {
  // An export may have the name too.
  if (facts.kind === 'module' && facts.start === undefined) return { direct: [], indirect: [] };
  const groups = facts.reachability.classes.filter((candidate) => candidate.roots.includes(START_ROOT));
  const outside = (index: number): boolean => {
    const item = facts.imports[index];
    if (item === undefined) return false;
    if (item.module === 'env' && HOST_EVAL.test(item.name)) return true;
    return capabilitiesOfImport(item, abi.kind).some((capability) => OUTSIDE.has(capability));
  };
  const direct = new Set(
    groups.flatMap((group) => group.direct.filter((index) => outside(index) && reachesCapability(facts, group, index))),
  );
  const all = new Set(
    groups.flatMap((group) => group.imports.filter((index) => reachesCapability(facts, group, index))),
  );
  const indirect = [...all].filter((index) => !direct.has(index) && outside(index));
  return { direct: keysOf(facts, direct), indirect: keysOf(facts, indirect) };
}

function keysOf(facts: ModuleFacts, indices: Iterable<number>): string[] {
  return [...indices]
    .flatMap((index) => facts.imports[index] ?? [])
    .map(importKey)
    .toSorted();
}

/** Places of these imports with the way that the start section takes there. */
export function startLocations(facts: ModuleFacts, keys: readonly string[]): FindingLocation[] {
  return pathLocations(facts, keys, { root: START_ROOT }).map(({ export: _, ...place }) => ({
    ...place,
    section: 'start',
  }));
}
