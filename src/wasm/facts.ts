import type { ModuleFacts, Section } from '#model/module-facts';
import { type Component, decodeComponent } from './component.ts';
import { componentFacts } from './component-facts.ts';
import { type CoreModule, decodeCoreModule } from './core-module.ts';
import { coreModuleFacts, type FactsOptions } from './core-module-facts.ts';
import { beginFile } from './kernel.ts';
import { looksLikeComponent } from './preamble.ts';

export type { FactsOptions } from './core-module-facts.ts';

/** A file that decodes, with every core module in it. */
export type Decoded =
  | { readonly kind: 'module'; readonly module: CoreModule; readonly modules: readonly CoreModule[] }
  | { readonly kind: 'component'; readonly component: Component; readonly modules: readonly CoreModule[] };

/** Decodes a module or component. Throws NOT_WEBASSEMBLY, MODULE_MALFORMED, MODULE_INVALID or MODULE_LIMIT. */
export function decode(bytes: Uint8Array): Decoded {
  beginFile();
  if (looksLikeComponent(bytes)) {
    const component = decodeComponent(bytes);
    return { kind: 'component', component, modules: component.modules };
  }
  const module = decodeCoreModule(bytes);
  return { kind: 'module', module, modules: [module] };
}

/** A custom section, wherever in the file it stands. */
export interface CustomSection extends Section {
  readonly custom: string;
}

/** Custom sections of the file and of all modules and components inside it. */
export function customSections(decoded: Decoded): CustomSection[] {
  const own = decoded.kind === 'component' ? decoded.component.customSections : [];
  return [...own, ...decoded.modules.flatMap(({ sections }) => sections)].filter(isCustom);
}

function isCustom(section: Section): section is CustomSection {
  return section.custom !== undefined;
}

/** Facts of what was decoded. */
export function factsOf(decoded: Decoded, options: FactsOptions = {}): ModuleFacts {
  return decoded.kind === 'module'
    ? coreModuleFacts(decoded.module, options)
    : componentFacts(decoded.component, options);
}

/**
 * Everything the bytes of a module or component say, without validating types (`readFacts` of the audit stage does
 * that too). Throws NOT_WEBASSEMBLY, MODULE_MALFORMED, MODULE_INVALID or MODULE_LIMIT with the offset.
 */
export function decodeFacts(bytes: Uint8Array, options: FactsOptions = {}): ModuleFacts {
  return factsOf(decode(bytes), options);
}
