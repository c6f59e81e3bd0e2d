import { takenFunctions } from './call-graph.ts';
import type { CoreModule } from './core-module.ts';
import { type Callee, calleeOf, type LinkedInstance, type LinkedTable, Unlinkable } from './linked-program.ts';
import { mayCarryFunction } from './value-types.ts';

/** Functions by the type that a call has to have to reach them; `''` for those whose type is not compared. */
export type ByType = ReadonlyMap<string, readonly Callee[]>;

/** What a table holds after all core instances that hold it were instantiated. */
export interface TableContent {
  /** Code writes the table, so what it holds is not known from its segments. */
  readonly written: boolean;
  /** Code moves its entries about, so what stands at an index is not known. */
  readonly shuffled: boolean;
  readonly byType: ByType;
  /** Functions that segments put at this index, and those put at an index that is not known. */
  at(slot: number): readonly Callee[];
}

/**
 * The type of a function in a form that is the same in every module: its shortest encoding. Undefined for a type that
 * points to others, has a supertype, or is not written the shortest way; such a one is taken to fit every call.
 */
export function typeText({ types, bytes }: CoreModule, type: number): string | undefined {
  const end = types.plainEnds[type] ?? 0;
  if (end === 0) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', types.offsets[type], end);
}

/** Counts entries over all tables, since instances of one module each have its segments again. */
export class EntryBudget {
  private readonly most: number;
  private taken = 0;

  constructor(most: number) {
    this.most = most;
  }

  take(many: number): void {
    this.taken += many;
    if (this.taken > this.most) throw new Unlinkable(`its tables hold more than ${this.most} entries together`);
  }
}

export function contentOfTable({ holders }: LinkedTable, budget: EntryBudget): TableContent {
  const grouped = new Grouped();
  const slots = new Map<number, Callee[]>();
  const anywhere: Callee[] = [];
  let written = false;
  let shuffled = false;
  for (const { instance, index } of holders) {
    const { module } = instance;
    shuffled ||= module.code.shuffledTables.has(index);
    written ||= module.code.changedTables.has(index);
    const { imported, initial } = module.tables[index] ?? { imported: true, initial: [] };
    if (!imported && initial.length === 0 && holdsReferences(module)) written = true;
    for (const target of initial) {
      anywhere.push(grouped.add(instance, target));
      budget.take(1);
    }
    for (const { mode, table, at, functions, length } of module.elements) {
      if (mode !== 'active' || table !== index) continue;
      budget.take(length);
      // Entries that name no function may be what a global holds.
      const places = functions.length === length && at !== undefined ? Number(at) : undefined;
      if (functions.length < length && holdsReferences(module)) written = true;
      for (let entry = 0; entry < functions.length; entry++) {
        const callee = grouped.add(instance, functions[entry] ?? 0);
        const slot = places === undefined ? anywhere : slots.get(places + entry);
        if (slot === undefined) slots.set((places ?? 0) + entry, [callee]);
        else slot.push(callee);
      }
    }
  }
  return { written, shuffled, byType: grouped.byType, at: (slot) => [...(slots.get(slot) ?? []), ...anywhere] };
}

/** Every function whose reference any instance takes: what a reference of unknown origin may be. */
export function takenAnywhere(instances: readonly LinkedInstance[], budget: EntryBudget): ByType {
  const grouped = new Grouped();
  for (const instance of instances) {
    const taken = takenFunctions(instance.module);
    for (let target = 0; target < taken.length; target++) {
      if (taken[target] !== 1) continue;
      budget.take(1);
      grouped.add(instance, target);
    }
  }
  return grouped.byType;
}

function holdsReferences({ globals }: CoreModule): boolean {
  return globals.some(({ value }) => mayCarryFunction(value));
}

class Grouped {
  readonly byType = new Map<string, Callee[]>();
  private readonly seen = new Set<Callee>();

  add(instance: LinkedInstance, target: number): Callee {
    const { module } = instance;
    const callee = calleeOf(instance, target);
    if (this.seen.has(callee)) return callee;
    this.seen.add(callee);
    // What an imported function is in the end has a type that only its own module knows; it is the same by validation.
    const key = typeText(module, module.functionTypes[target] ?? -1) ?? '';
    const list = this.byType.get(key);
    if (list === undefined) this.byType.set(key, [callee]);
    else list.push(callee);
    return callee;
  }
}
