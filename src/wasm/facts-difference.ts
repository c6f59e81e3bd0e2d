import { importKey } from '#model/import-key';
import type { Export, ExternType, FuncType, Import, Limits, ModuleFacts } from '#model/module-facts';
import { type ReachDifference, reachDifference } from './reach-difference.ts';

/** What a newer module has, lacks or changed, compared with an older one. Names are exact; nothing is guessed. */
export interface FactsDifference {
  readonly kind: { readonly before: ModuleFacts['kind']; readonly after: ModuleFacts['kind'] };
  readonly size: { readonly before: number; readonly after: number };
  /** True when everything but custom sections (names, debug data, producers) is the same. */
  readonly sameCode: boolean;
  readonly imports: ListDifference;
  readonly exports: ListDifference;
  readonly features: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly memories: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly functions: { readonly before: number; readonly after: number };
  readonly reach: ReachDifference;
  /** Bytes by section, for sections whose size changed. Custom sections are named `custom:<name>`. */
  readonly sections: readonly { readonly name: string; readonly before: number; readonly after: number }[];
}

export interface ListDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Same name, another type: `name: before → after`. */
  readonly changed: readonly string[];
}

/** Compares two modules or components by their facts. */
export function factsDifference(before: ModuleFacts, after: ModuleFacts): FactsDifference {
  return {
    kind: { before: before.kind, after: after.kind },
    size: { before: before.size, after: after.size },
    sameCode: before.digests.code === after.digests.code,
    imports: listDifference(before.imports.map(importEntry), after.imports.map(importEntry)),
    exports: listDifference(before.exports.map(exportEntry), after.exports.map(exportEntry)),
    features: {
      added: after.features.filter((feature) => !before.features.includes(feature)),
      removed: before.features.filter((feature) => !after.features.includes(feature)),
    },
    memories: { before: before.memories.map(limitsText), after: after.memories.map(limitsText) },
    functions: { before: before.counts.functions, after: after.counts.functions },
    reach: reachDifference(before, after),
    sections: sectionDifference(before, after),
  };
}

type Entry = readonly [name: string, type: string];

function importEntry(item: Import): Entry {
  return [importKey(item), typeText(item.type)];
}

function exportEntry({ name, type }: Export): Entry {
  return [name, typeText(type)];
}

function listDifference(before: readonly Entry[], after: readonly Entry[]): ListDifference {
  const old = new Map(before);
  const fresh = new Map(after);
  return {
    added: [...fresh].filter(([name]) => !old.has(name)).map(([name, type]) => `${name}: ${type}`),
    removed: [...old].filter(([name]) => !fresh.has(name)).map(([name, type]) => `${name}: ${type}`),
    changed: [...fresh].flatMap(([name, type]) => {
      const earlier = old.get(name);
      return earlier === undefined || earlier === type ? [] : [`${name}: ${earlier} → ${type}`];
    }),
  };
}

function sectionDifference(before: ModuleFacts, after: ModuleFacts): FactsDifference['sections'] {
  const old = sizesBySection(before);
  const fresh = sizesBySection(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((name) => ({ name, before: old.get(name) ?? 0, after: fresh.get(name) ?? 0 }))
    .filter((section) => section.before !== section.after);
}

function sizesBySection({ sections }: ModuleFacts): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, custom, size } of sections) {
    const key = custom === undefined ? name : `custom:${custom}`;
    sizes.set(key, (sizes.get(key) ?? 0) + size);
  }
  return sizes;
}

/** An item's type as the text format spells it, without names. */
function typeText(type: ExternType): string {
  switch (type.kind) {
    case 'func':
      return `func ${funcText(type.type)}`;
    case 'tag':
      return `tag ${funcText(type.type)}`;
    case 'table':
      return `table ${limitsText(type.limits)} ${type.element}`;
    case 'memory':
      return `memory ${limitsText(type.limits)}`;
    case 'global':
      return `global ${type.mutable ? `(mut ${type.value})` : type.value}`;
    default:
      return type.text === undefined ? type.kind : `${type.kind} ${type.text}`;
  }
}

function funcText({ params, results }: FuncType): string {
  return `(${params.join(', ')}) → (${results.join(', ')})`;
}

function limitsText({ min, max, shared, index64 }: Limits): string {
  const parts = [index64 ? 'i64' : '', String(min), max === undefined ? '' : String(max), shared ? 'shared' : ''];
  return parts.filter((part) => part !== '').join(' ');
}
