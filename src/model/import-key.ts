import type { Import } from './module-facts.ts';

const CORE_KINDS: ReadonlySet<string> = new Set(['func', 'table', 'memory', 'global', 'tag']);

/** Whether an import is a component's, which has no module. That of a core module has one, whose name may be empty. */
export function isOfComponent({ type }: Pick<Import, 'type'>): boolean {
  return !CORE_KINDS.has(type.kind);
}

/** `module.name` as people and policies write it; component imports are their name. */
export function importKey(item: Pick<Import, 'module' | 'name' | 'type'>): string {
  return isOfComponent(item) ? item.name : `${item.module}.${item.name}`;
}
