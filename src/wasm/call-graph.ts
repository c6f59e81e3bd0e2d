import type { CoreModule } from './core-module.ts';
import { resolveSites } from './graph-kernel.ts';
import { mayCarryFunction, valueTypeText } from './value-types.ts';

/**
 * The call graph of a core module. Nodes are the functions in index order, then one node for every way to leave a
 * function without naming the callee (a table or any reference, together with a canonical type), then one for each
 * set of functions that code outside may call without an export of theirs.
 */
export interface CallGraph {
  readonly functions: number;
  readonly importedFunctions: number;
  readonly nodes: number;
  /**
   * Successors of node `n` are `targets[starts[n]]` up to `targets[starts[n + 1]]`. Those of a function are its direct
   * callees and the nodes of its other calls.
   */
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
  /** Whether code outside the module may add callees to this node. */
  isOpen(node: number): boolean;
  readonly roots: readonly { readonly name: string; readonly node: number }[];
  readonly openReasons: readonly string[];
}

const EMPTY = new Uint32Array(0);
const ANY_TABLE = -1;
const MAX_SUPERTYPES = 64;
const EXTERN_TO_ANY = 256 + 26;

export function buildCallGraph(module: CoreModule): CallGraph {
  return new Graph(module);
}

class Graph implements CallGraph {
  readonly functions: number;
  readonly importedFunctions: number;
  readonly nodes: number;
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
  readonly roots: { name: string; node: number }[] = [];
  readonly openReasons: string[] = [];

  private readonly module: CoreModule;
  private readonly canonical: Int32Array;
  private readonly hubLists: Uint32Array[] = [];
  private readonly hubOpen: boolean[] = [];
  private readonly siteNodes: number[] = [];
  /** Functions whose reference is taken anywhere. */
  private readonly taken: Uint8Array;
  private readonly openTables = new Map<number, string>();
  private readonly mixedTables = new Set<number>();
  private readonly memberLists = new Map<number, Uint32Array>();
  private placed: Map<number, ArrayLike<number>[]> | undefined;

  constructor(module: CoreModule) {
    this.module = module;
    this.functions = module.functionTypes.length;
    this.importedFunctions = module.importedFunctions;
    this.canonical = module.code.sites.length > 0 ? module.types.canonicalIds() : new Int32Array(0);
    this.taken = this.takenFunctions();
    const outside = this.outsideReferences();
    this.classifyTables();
    if (outside !== undefined || this.openTables.size > 0) {
      for (const item of module.exports) if (item.type.kind === 'func') this.taken[item.index] = 1;
    }
    this.linkSites(outside);
    this.addRoots(outside);
    this.nodes = this.functions + this.hubLists.length;
    const { starts, targets } = this.flatten();
    this.starts = starts;
    this.targets = targets;
  }

  private flatten(): { starts: Uint32Array; targets: Uint32Array } {
    const { edges, edgeStarts, edgeCount } = this.module.code;
    const bodies = this.functions - this.importedFunctions;
    const starts = new Uint32Array(this.nodes + 1);
    for (let body = 0; body <= bodies; body++) starts[this.importedFunctions + body] = edgeStarts[body] ?? 0;
    let end = edgeCount;
    for (const [hub, list] of this.hubLists.entries()) {
      end += list.length;
      starts[this.functions + hub + 1] = end;
    }
    const targets = new Uint32Array(end);
    resolveSites(edges.subarray(0, edgeCount), this.siteNodes, targets);
    let at = edgeCount;
    for (const list of this.hubLists) {
      targets.set(list, at);
      at += list.length;
    }
    return { starts, targets };
  }

  isOpen(node: number): boolean {
    return this.hubOpen[node - this.functions] === true;
  }

  private takenFunctions(): Uint8Array {
    const taken = Uint8Array.from(this.module.code.referenced);
    for (const segment of this.module.elements) for (const target of segment.functions) taken[target] = 1;
    for (const target of this.module.globalReferences) taken[target] = 1;
    for (const table of this.module.tables) for (const target of table.initial) taken[target] = 1;
    return taken;
  }

  /** Why function references may come in from outside other than through a table; undefined when they cannot. */
  private outsideReferences(): string | undefined {
    const { module } = this;
    const carries = new Map<number, boolean>();
    const signatureCarries = (type: number): boolean => {
      const known = carries.get(type);
      if (known !== undefined) return known;
      const answer = module.types.carriesFunction(type);
      carries.set(type, answer);
      return answer;
    };
    if ((module.histogram[EXTERN_TO_ANY] ?? 0) > 0) return 'external references are converted to internal ones';
    for (const [index, global] of module.globals.entries()) {
      if (!mayCarryFunction(global.value)) continue;
      if (global.imported) return `global ${index} of type ${valueTypeText(global.value)} is imported`;
    }
    for (const [index, place] of module.functionImports.entries()) {
      if (!signatureCarries(module.functionTypes[index] ?? 0)) continue;
      const item = module.imports[place];
      return `the import ${item?.module}.${item?.name} exchanges references`;
    }
    for (const item of module.exports) {
      if (item.type.kind === 'func' && signatureCarries(module.functionTypes[item.index] ?? 0)) {
        return `the export ${item.name} exchanges references`;
      }
      const global = item.type.kind === 'global' ? module.globals[item.index] : undefined;
      if (global !== undefined && mayCarryFunction(global.value)) return `the global ${item.name} is exported`;
      if (item.type.kind === 'tag' && signatureCarries(module.tags[item.index] ?? 0)) {
        return `the exception tag ${item.name} is exported`;
      }
    }
    for (const item of module.imports) {
      if (item.type.kind !== 'tag') continue;
      if (item.type.type.params.some((param) => param.includes('ref'))) {
        return `the exception tag ${item.module}.${item.name} is imported`;
      }
    }
    return undefined;
  }

  private classifyTables(): void {
    const { module } = this;
    let tableIndex = 0;
    for (const item of module.imports) {
      if (item.type.kind !== 'table') continue;
      this.openTables.set(tableIndex++, `table imported as ${item.module}.${item.name}`);
    }
    for (const item of module.exports) {
      if (item.type.kind === 'table' && !this.openTables.has(item.index)) {
        this.openTables.set(item.index, `table exported as ${item.name}`);
      }
    }
    const { writtenTables, tableInits, tableCopies } = module.code;
    for (const table of writtenTables) this.mixedTables.add(table);
    for (const pair of tableInits) this.mixedTables.add(Math.floor(pair / 2 ** 32));
    for (const pair of tableCopies) {
      const to = Math.floor(pair / 2 ** 32);
      const from = pair % 2 ** 32;
      if (to === from) continue;
      this.mixedTables.add(to);
      const reason = this.openTables.get(from);
      if (reason !== undefined && !this.openTables.has(to)) this.openTables.set(to, reason);
    }
  }

  /** Gives every call site a node, shared by sites that can reach the same functions. */
  private linkSites(outside: string | undefined): void {
    const hubs = new Map<string, number>();
    /** By set of functions (a table, or all taken ones): canonical type → members, for the types that are called. */
    const wanted = new Map<number, number[][]>();
    const wantedBy: { readonly source: number; readonly id: number }[] = [];
    const reasons = new Set<string>();
    for (const { type, table } of this.module.code.sites) {
      const id = this.canonical[type] ?? 0;
      const source = table < 0 || this.mixedTables.has(table) || this.openTables.has(table) ? ANY_TABLE : table;
      const reason = this.openReason(table, outside);
      if (reason !== undefined) reasons.add(reason);
      const key = `${source} ${id} ${reason === undefined ? '' : 'open'}`;
      let hub = hubs.get(key);
      if (hub === undefined) {
        hub = this.hubLists.length;
        hubs.set(key, hub);
        this.hubLists.push(EMPTY);
        this.hubOpen.push(reason !== undefined);
        wantedBy.push({ source, id });
        const types = wanted.get(source) ?? [];
        wanted.set(source, types);
        types[id] ??= [];
      }
      this.siteNodes.push(this.functions + hub);
    }
    for (const [source, types] of wanted) this.collect(source, types);
    for (const [hub, { source, id }] of wantedBy.entries()) {
      this.hubLists[hub] = Uint32Array.from(wanted.get(source)?.[id] ?? []);
    }
    for (const reason of reasons) this.openReasons.push(reason);
  }

  private openReason(table: number, outside: string | undefined): string | undefined {
    if (table < 0) return outside;
    return this.openTables.get(table) ?? (this.mixedTables.has(table) ? outside : undefined);
  }

  /** Sorts the functions of a source by the types that calls want, subtypes under their supertypes too. */
  private collect(source: number, wanted: readonly number[][]): void {
    const { functionTypes, types } = this.module;
    const { supers } = types;
    const { canonical } = this;
    const members = this.members(source);
    for (let index = 0; index < members.length; index++) {
      const target = members[index] ?? 0;
      let type = functionTypes[target] ?? -1;
      for (let depth = 0; type >= 0 && depth < MAX_SUPERTYPES; depth++) {
        wanted[canonical[type] ?? -1]?.push(target);
        type = supers[type] ?? -1;
      }
    }
  }

  /** Functions that a table holds from the start, or all whose reference is taken, each once and ascending. */
  private members(source: number): Uint32Array {
    let members = this.memberLists.get(source);
    if (members === undefined) {
      members = source === ANY_TABLE ? this.takenMembers() : this.tableMembers(source);
      this.memberLists.set(source, members);
    }
    return members;
  }

  private takenMembers(): Uint32Array {
    const { taken } = this;
    const members = new Uint32Array(this.functions);
    let count = 0;
    for (let target = taken.indexOf(1); target >= 0; target = taken.indexOf(1, target + 1)) members[count++] = target;
    return members.slice(0, count);
  }

  private tableMembers(table: number): Uint32Array {
    const lists = [this.module.tables[table]?.initial ?? [], ...(this.placedByTable().get(table) ?? [])];
    const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
    let at = 0;
    for (const list of lists) {
      all.set(list, at);
      at += list.length;
    }
    all.sort();
    return all.filter((target, index) => index === 0 || target !== all[index - 1]);
  }

  /** What active segments put into each table. */
  private placedByTable(): ReadonlyMap<number, readonly ArrayLike<number>[]> {
    if (this.placed === undefined) {
      this.placed = new Map();
      for (const { mode, table, functions } of this.module.elements) {
        if (mode !== 'active') continue;
        const lists = this.placed.get(table);
        if (lists === undefined) this.placed.set(table, [functions]);
        else lists.push(functions);
      }
    }
    return this.placed;
  }

  private addRoots(outside: string | undefined): void {
    for (const item of this.module.exports) {
      if (item.type.kind === 'func') this.roots.push({ name: item.name, node: item.index });
      else if (item.type.kind === 'table') this.addSet(`(table ${item.name})`, this.handedOut(item.index));
    }
    let tableIndex = 0;
    for (const item of this.module.imports) {
      if (item.type.kind !== 'table') continue;
      this.addSet(`(table ${item.module}.${item.name})`, this.handedOut(tableIndex++));
    }
    if (outside !== undefined) this.addSet('(references)', this.members(ANY_TABLE));
    if (this.module.startFunction !== undefined) this.roots.push({ name: '(start)', node: this.module.startFunction });
  }

  private handedOut(table: number): Uint32Array {
    return this.members(this.mixedTables.has(table) ? ANY_TABLE : table);
  }

  private addSet(name: string, members: Uint32Array): void {
    if (members.length === 0) return;
    this.roots.push({ name, node: this.functions + this.hubLists.length });
    this.hubLists.push(members);
    this.hubOpen.push(false);
  }
}
