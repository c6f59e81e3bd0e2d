import type { Capability } from '#model/capability';
import type { ModuleFacts } from '#model/module-facts';
import { capabilitiesOfImport } from './capabilities.ts';
import { HOST_EVAL } from './host-abi/emscripten.ts';
import { importKey } from './import-names.ts';
import type { ReadContext } from './rule.ts';

/** The root that reachability uses for the start section. */
const START_ROOT = '(start)';

const OUTSIDE: ReadonlySet<Capability> = new Set(['fs', 'net', 'process']);

/** Imports for files, network, processes or host evaluation that the start section can reach. */
export function startReach({ facts, abi }: Pick<ReadContext, 'facts' | 'abi'>): {
  direct: string[];
  indirect: string[];
} {
  const group = facts.reachability.classes.find((candidate) => candidate.roots.includes(START_ROOT));
  const outside = (index: number): boolean => {
    const item = facts.imports[index];
    if (item === undefined) return false;
    if (item.module === 'env' && HOST_EVAL.test(item.name)) return true;
    return capabilitiesOfImport(item, abi.kind).some((capability) => OUTSIDE.has(capability));
  };
  const direct = new Set((group?.direct ?? []).filter(outside));
  const indirect = (group?.imports ?? []).filter((index) => !direct.has(index) && outside(index));
  return { direct: keysOf(facts, direct), indirect: keysOf(facts, indirect) };
}

function keysOf(facts: ModuleFacts, indices: Iterable<number>): string[] {
  return [...indices]
    .flatMap((index) => facts.imports[index] ?? [])
    .map(importKey)
    .toSorted();
}
