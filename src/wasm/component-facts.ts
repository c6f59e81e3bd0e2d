import type { Import, ModuleFacts } from '#model/module-facts';
import type { Component } from './component.ts';
import { componentReachability } from './component-reachability.ts';
import type { Oddity } from './core-module.ts';
import { type FactsOptions, innerModuleFacts, LARGEST } from './core-module-facts.ts';
import { readCustomSections } from './custom-sections.ts';
import { LIMITS } from './limits.ts';
import { moduleDigests } from './module-digests.ts';
import { guessToolchain } from './toolchain.ts';

/**
 * Facts of a component. Imports and exports are its own; counts, memories, tables, globals, segments and functions are
 * those of all core modules inside, without what these import from each other.
 */
export function componentFacts(component: Component, options: FactsOptions): ModuleFacts {
  const { bytes, sections, exports, features } = component;
  const oddities: Oddity[] = [...component.oddities];
  const custom = readCustomSections(bytes, sections, features, oddities);
  const inner = component.modules.map((module) => innerModuleFacts(module, options));
  const producers = [...custom.producers, ...inner.flatMap((facts) => facts.producers)];
  const imports = component.imports.map(({ module, name, type, offset }): Import => ({ module, name, type, offset }));
  const innerSections = inner.flatMap((facts) => facts.sections);
  const toolchain = guessToolchain({ producers, sections: [...sections, ...innerSections], imports, exports });
  const functions = inner.flatMap((facts) => facts.functions).sort((a, b) => b.size - a.size || a.offset - b.offset);
  return {
    kind: 'component',
    size: bytes.length,
    digests: moduleDigests(bytes, sections),
    sections: [...sections],
    imports,
    exports: [...exports],
    memories: inner.flatMap((facts) => facts.memories.filter(({ imported }) => !imported)),
    tables: inner.flatMap((facts) => facts.tables.filter(({ imported }) => !imported)),
    globals: {
      total: total(inner, (facts) => facts.globals.total),
      imported: total(inner, (facts) => facts.globals.imported),
      mutable: total(inner, (facts) => facts.globals.mutable),
    },
    counts: sumCounts(inner),
    elements: inner.flatMap((facts) => facts.elements).slice(0, LIMITS.listedSegments),
    data: inner.flatMap((facts) => facts.data).slice(0, LIMITS.listedSegments),
    features: [...new Set([...features, ...inner.flatMap((facts) => facts.features)])].sort(),
    producers: distinct(producers),
    debug: [...new Set([...custom.debug, ...inner.flatMap((facts) => facts.debug)])],
    ...(toolchain === undefined ? {} : { toolchain }),
    functions: options.functions === 'all' ? functions : functions.slice(0, LARGEST),
    reachability: componentReachability(component),
    nested: [...component.nested],
    oddities: [...oddities, ...inner.flatMap((facts) => facts.oddities)].slice(0, LIMITS.listedOddities),
  };
}

type InnerFacts = ReturnType<typeof innerModuleFacts>;

function total(inner: readonly InnerFacts[], of: (facts: InnerFacts) => number): number {
  return inner.reduce((sum, facts) => sum + of(facts), 0);
}

function sumCounts(inner: readonly InnerFacts[]): ModuleFacts['counts'] {
  const sum = (of: (counts: ModuleFacts['counts']) => number) => total(inner, ({ counts }) => of(counts));
  return {
    types: sum((counts) => counts.types),
    functions: sum((counts) => counts.functions),
    importedFunctions: sum((counts) => counts.importedFunctions),
    operators: sum((counts) => counts.operators),
    directCalls: sum((counts) => counts.directCalls),
    indirectCalls: sum((counts) => counts.indirectCalls),
    memoryGrow: sum((counts) => counts.memoryGrow),
    tableGrow: sum((counts) => counts.tableGrow),
    growInLoops: sum((counts) => counts.growInLoops ?? 0),
    tags: sum((counts) => counts.tags ?? 0),
    elementSegments: sum((counts) => counts.elementSegments ?? 0),
    dataSegments: sum((counts) => counts.dataSegments ?? 0),
    dataBytes: sum((counts) => counts.dataBytes ?? 0),
  };
}

function distinct(producers: ModuleFacts['producers']): ModuleFacts['producers'] {
  const seen = new Map(producers.map((producer) => [JSON.stringify(producer), producer]));
  return [...seen.values()];
}
