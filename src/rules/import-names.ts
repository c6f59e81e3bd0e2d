import type { AbiKind } from '#model/manifest';
import type { Import } from '#model/module-facts';

/**
 * Whether an import's name was shortened by a minifier: module and name of at most two characters (`a.b`), as
 * Emscripten's optimiser writes them; under Emscripten also such a name in `env`.
 */
export function isMinified(item: Pick<Import, 'module' | 'name'>, abi: AbiKind): boolean {
  if (!/^[\w$]{1,2}$/.test(item.name)) return false;
  return /^[\w$]{1,2}$/.test(item.module) || (abi === 'emscripten' && item.module === 'env');
}
