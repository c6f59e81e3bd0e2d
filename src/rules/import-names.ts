import type { AbiKind } from '#model/manifest';
import type { Import } from '#model/module-facts';

/** `module.name` as people and policies write it; component imports are their name. */
export function importKey(item: Pick<Import, 'module' | 'name'>): string {
  return item.module === '' ? item.name : `${item.module}.${item.name}`;
}

/**
 * Whether an import's name was shortened by a minifier: module and name of at most two characters (`a.b`), as
 * Emscripten's optimiser writes them; under Emscripten also such a name in `env`.
 */
export function isMinified(item: Pick<Import, 'module' | 'name'>, abi: AbiKind): boolean {
  if (!/^[\w$]{1,2}$/.test(item.name)) return false;
  return /^[\w$]{1,2}$/.test(item.module) || (abi === 'emscripten' && item.module === 'env');
}
