import type { ModuleFacts } from '#model/module-facts';
import { carriesCapability } from './host-abi/component-interfaces.ts';

type ReachClass = ModuleFacts['reachability']['classes'][number];

/**
 * Whether roots of this class reach what an import's capabilities are about. A component may get to an instance only to
 * ask what it was given, or to drop a handle; where its functions are not listed, they all count.
 */
export function reachesCapability(facts: ModuleFacts, group: ReachClass, place: number): boolean {
  return group.imports.includes(place) && usesCapability(facts, group, place);
}

/** The same for an import that the class is known to reach. */
export function usesCapability(facts: ModuleFacts, { members }: ReachClass, place: number): boolean {
  const name = facts.imports[place]?.name ?? '';
  const prefix = `${name}#`;
  const own = facts.kind === 'component' ? (members ?? []).filter((member) => member.startsWith(prefix)) : [];
  return own.length === 0 || own.some((member) => carriesCapability(name, member.slice(prefix.length)));
}
