import type { CoreModule } from './core-module.ts';
import type { FunctionList } from './element-section.ts';

/**
 * Which functions are in a table before anything is written to it, ascending and once each. Work and memory are those
 * of the table's entries, not of all functions: a module may have a hundred thousand small tables.
 */
export class TableMembers {
  private readonly module: CoreModule;
  private readonly takenFlags: Uint8Array;
  private readonly placed = new Map<number, FunctionList[]>();
  private readonly known = new Map<number, Uint32Array>();
  private allTaken: Uint32Array | undefined;

  constructor(module: CoreModule, takenFlags: Uint8Array) {
    this.module = module;
    this.takenFlags = takenFlags;
    for (const { mode, table, functions } of module.elements) {
      if (mode !== 'active') continue;
      const lists = this.placed.get(table);
      if (lists === undefined) this.placed.set(table, [functions]);
      else lists.push(functions);
    }
  }

  /** Every function whose reference is taken. */
  taken(): Uint32Array {
    this.allTaken ??= present(this.takenFlags);
    return this.allTaken;
  }

  of(table: number): Uint32Array {
    const known = this.known.get(table);
    if (known !== undefined) return known;
    const members = this.read(table);
    this.known.set(table, members);
    return members;
  }

  private read(table: number): Uint32Array {
    const lists: FunctionList[] = [this.module.tables[table]?.initial ?? [], ...(this.placed.get(table) ?? [])];
    const entries = lists.reduce((sum, list) => sum + list.length, 0);
    const functions = this.module.functionTypes.length;
    if (entries >= functions >> 4) {
      const flags = new Uint8Array(functions);
      for (const list of lists) flagAll(flags, list);
      return present(flags);
    }
    const sorted = new Uint32Array(entries);
    let at = 0;
    for (const list of lists) {
      sorted.set(list, at);
      at += list.length;
    }
    sorted.sort();
    let kept = 0;
    for (const target of sorted) if (kept === 0 || sorted[kept - 1] !== target) sorted[kept++] = target;
    return sorted.subarray(0, kept);
  }
}

/** Sets the flag of each function in a list; a loop over places is compiled sooner than one over an iterator. */
export function flagAll(flags: Uint8Array, list: FunctionList): void {
  for (let at = 0; at < list.length; at++) flags[list[at] ?? 0] = 1;
}

/** The places where a flag is set. */
function present(flags: Uint8Array): Uint32Array {
  let count = 0;
  for (let target = 0; target < flags.length; target++) count += flags[target] ?? 0;
  const members = new Uint32Array(count);
  for (let target = 0, at = 0; at < count; target++) if (flags[target] === 1) members[at++] = target;
  return members;
}
