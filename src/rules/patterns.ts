import type { Capability } from '#model/capability';
import { isOfComponent } from '#model/import-key';
import type { ExternType, FuncType, Import } from '#model/module-facts';
import type { ExternPattern } from '#model/policy';
import { sameSignature } from './host-abi/signature.ts';

/**
 * Whether a text fits a pattern in which `*` stands for any run of characters and everything else for itself.
 * Takes at most pattern × text steps, whatever a hostile pattern looks like.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      resume = position;
    } else if (at < pattern.length && pattern[at] === text[position]) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Whether a capability is covered by a pattern: itself, `*`, or a glob over host capabilities. */
export function coversCapability(pattern: string, capability: Capability): boolean {
  return pattern === '*' || matchesGlob(pattern, capability);
}

/**
 * Whether `module.name` fits a pattern. The module and the name are matched apart, at any dot of the pattern, so that
 * `env.*` never takes in an import of a module called `env.other`. Component imports have no module: their whole name
 * is matched.
 */
export function matchesImport(pattern: string, item: Pick<Import, 'module' | 'name' | 'type'>): boolean {
  if (pattern === '*') return true;
  const { module, name } = item;
  if (isOfComponent(item)) return matchesGlob(pattern, name);
  for (let dot = pattern.indexOf('.'); dot !== -1; dot = pattern.indexOf('.', dot + 1)) {
    if (matchesGlob(pattern.slice(0, dot), module) && matchesGlob(pattern.slice(dot + 1), name)) return true;
  }
  return false;
}

/** The name of a pattern that may carry a signature. */
export function patternName(pattern: ExternPattern): string {
  return typeof pattern === 'string' ? pattern : pattern.name;
}

/** The signature that a pattern is meant with; undefined for one that takes any kind and type. */
export function patternType(pattern: ExternPattern): FuncType | undefined {
  return typeof pattern === 'string' ? undefined : pattern.type;
}

/** Whether something is the function that a pattern asks for; a pattern without a signature takes anything. */
export function fitsType(pattern: ExternPattern, type: ExternType): boolean {
  const wanted = patternType(pattern);
  return wanted === undefined || (type.kind === 'func' && sameSignature(type.type, wanted));
}

/** Whether a pattern is about this import: by its name, and by its signature where the pattern gives one. */
export function coversImport(pattern: ExternPattern, item: Import): boolean {
  return matchesImport(patternName(pattern), item) && fitsType(pattern, item.type);
}
