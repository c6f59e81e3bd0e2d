import type { CoreModule } from './core-module.ts';
import type { FunctionList } from './element-section.ts';
import { resolveSites } from './graph-kernel.ts';
import { LIMITS } from './limits.ts';
import { outsideReferences } from './outside-references.ts';
import { REFERENCES_ROOT, START_ROOT, tableRoot } from './root-names.ts';
import { flagAll, TableMembers } from './table-members.ts';
import { mayCarryFunction } from './value-types.ts';

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
  /** The node of each call site that names no function, by its place in the code's list of sites. */
  readonly siteNodes: readonly number[];
  /** Whether code outside the module may add callees to this node. */
  isOpen(node: number): boolean;
  /** Whether a node that is no function stands for calls by reference alone, and for none through a table. */
  isReference(node: number): boolean;
  readonly roots: Roots;
  readonly openReasons: readonly string[];
}

/** What code outside may call: exports, tables handed out, the start function. Columns, for there may be 100,000. */
export interface Roots {
  readonly names: readonly string[];
  readonly nodes: readonly number[];
}

/** The node of the functions that a call through one source by one type may reach. */
interface TypeHub {
  readonly type: number;
  readonly hub: number;
  /** Undefined while there are none, as in most where many types are called. */
  targets: number[] | undefined;
}

const EMPTY: FunctionList = [];
/** Up to here a plain array takes less room than a typed one. */
const SHORT = 32;
const ANY_TABLE = -1;
const MAX_SUPERTYPES = 64;

export function buildCallGraph(module: CoreModule): CallGraph {
  return new Graph(module);
}

/** 1 for each function whose reference is taken anywhere in the module. */
export function takenFunctions({ code, elements, globalReferences, tables }: CoreModule): Uint8Array {
  const taken = code.referenced.slice();
  for (const segment of elements) flagAll(taken, segment.functions);
  for (const target of globalReferences) taken[target] = 1;
  for (const table of tables) for (const target of table.initial) taken[target] = 1;
  return taken;
}

class Graph implements CallGraph {
  readonly functions: number;
  readonly importedFunctions: number;
  readonly nodes: number;
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
  readonly roots = { names: [] as string[], nodes: [] as number[] };
  readonly openReasons: string[] = [];

  private readonly module: CoreModule;
  private readonly canonical: Int32Array;
  private readonly hubLists: FunctionList[] = [];
  private readonly hubOpen: boolean[] = [];
  private readonly tableHubs = new Set<number>();
  readonly siteNodes: number[] = [];
  /** Functions whose reference is taken anywhere. */
  private readonly taken: Uint8Array;
  private readonly openTables = new Map<number, string>();
  private readonly mixedTables = new Set<number>();
  private members: TableMembers | undefined;
  private readonly setNodes = new Map<number, number>();

  constructor(module: CoreModule) {
    this.module = module;
    this.functions = module.functionTypes.length;
    this.importedFunctions = module.importedFunctions;
    this.canonical = module.code.sites.length > 0 ? module.types.canonicalIds() : new Int32Array(0);
    this.taken = takenFunctions(module);
    const outside = outsideReferences(module, this.taken);
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

  isReference(node: number): boolean {
    return !this.tableHubs.has(node);
  }

  private classifyTables(): void {
    const { module } = this;
    let tableIndex = 0;
    for (const item of module.imports) {
      if (item.type.kind !== 'table') continue;
      this.openTables.set(tableIndex++, `table imported as ${item.module}.${item.name}`);
    }
    for (const item of module.tables.length === 0 ? [] : module.exports) {
      if (item.type.kind === 'table' && !this.openTables.has(item.index)) {
        this.openTables.set(item.index, `table exported as ${item.name}`);
      }
    }
    this.mixByGlobals();
    const { changedTables, copiedTables } = module.code;
    for (const table of changedTables) this.mixedTables.add(table);
    // Copies may run in any order, so what is open stays so over any number of them. A map hands out what joins it.
    for (const [from, reason] of this.openTables) {
      for (const to of copiedTables.get(from) ?? []) if (!this.openTables.has(to)) this.openTables.set(to, reason);
    }
  }

  /** An entry may be what a global holds, which may be any function whose reference is taken, or one from outside. */
  private mixByGlobals(): void {
    const { globals, elements, tables } = this.module;
    if (!globals.some(({ value }) => mayCarryFunction(value))) return;
    for (const { mode, table, functions, length } of elements) {
      if (mode === 'active' && functions.length < length) this.mixedTables.add(table);
    }
    // Initial values of tables can name no global but an imported one.
    if (!globals.some(({ value, imported }) => imported && mayCarryFunction(value))) return;
    for (const [index, { initial }] of tables.entries()) if (initial.length === 0) this.mixedTables.add(index);
  }

  /** Gives every call site a node, shared by sites that can reach the same functions. */
  private linkSites(outside: string | undefined): void {
    const openHubs = new Map<string, number>();
    /** By set of functions (a table, or all taken ones): canonical type → its node, for the types that are called. */
    const wanted = new Map<number, Map<number, TypeHub>>();
    const reasons = new Set<string>();
    for (const { type, table } of this.module.code.sites) {
      const id = this.canonical[type] ?? 0;
      const source = table < 0 || this.mixedTables.has(table) || this.openTables.has(table) ? ANY_TABLE : table;
      const reason = this.openReason(table, outside);
      if (reason !== undefined) reasons.add(reason);
      const types = wanted.get(source) ?? new Map<number, TypeHub>();
      wanted.set(source, types);
      let members = types.get(id);
      if (members === undefined) {
        members = { type, hub: this.addHub(EMPTY, false), targets: undefined };
        types.set(id, members);
      }
      let hub = members.hub;
      if (reason !== undefined) {
        const key = `${source} ${id}`;
        hub = openHubs.get(key) ?? this.addHub([this.functions + members.hub], true);
        openHubs.set(key, hub);
      }
      if (table >= 0) this.tableHubs.add(this.functions + hub);
      this.siteNodes.push(this.functions + hub);
    }
    for (const [source, types] of wanted) this.collect(source, types);
    this.openReasons.push(...[...reasons].slice(0, LIMITS.listedOddities));
  }

  private openReason(table: number, outside: string | undefined): string | undefined {
    if (table < 0) return outside;
    return this.openTables.get(table) ?? (this.mixedTables.has(table) ? outside : undefined);
  }

  private membersOf(source: number): Uint32Array {
    this.members ??= new TableMembers(this.module, this.taken);
    return source === ANY_TABLE ? this.members.taken() : this.members.of(source);
  }

  private addHub(targets: FunctionList, open: boolean): number {
    this.hubLists.push(targets);
    this.hubOpen.push(open);
    return this.hubLists.length - 1;
  }

  /**
   * Sorts the functions of a source by the types that calls want. Each stands under the nearest one only, and a type
   * leads on to its subtypes, so that a chain of types multiplies nothing.
   */
  private collect(source: number, wanted: ReadonlyMap<number, TypeHub>): void {
    const { functionTypes, types } = this.module;
    const known = new Map<number, TypeHub | undefined>();
    const nearest = (from: number): TypeHub | undefined => {
      if (known.has(from)) return known.get(from);
      let found: TypeHub | undefined;
      let type = from;
      for (let depth = 0; type >= 0 && depth < MAX_SUPERTYPES && found === undefined; depth++) {
        found = wanted.get(this.canonical[type] ?? -1);
        type = types.supers[type] ?? -1;
      }
      known.set(from, found);
      return found;
    };
    const add = (hub: TypeHub | undefined, target: number): void => {
      if (hub?.targets !== undefined) hub.targets.push(target);
      else if (hub !== undefined) hub.targets = [target];
    };
    const members = this.membersOf(source);
    let lastType = -1;
    let hub: TypeHub | undefined;
    for (let at = 0; at < members.length; at++) {
      const target = members[at] ?? 0;
      const type = functionTypes[target] ?? -1;
      // Neighbours are often of one type.
      if (type !== lastType) hub = nearest(type);
      lastType = type;
      add(hub, target);
    }
    for (const { type, hub: own } of wanted.values()) {
      const parent = types.supers[type] ?? -1;
      if (parent >= 0) add(nearest(parent), this.functions + own);
    }
    for (const { hub: own, targets } of wanted.values()) {
      if (targets !== undefined) this.hubLists[own] = targets.length > SHORT ? new Uint32Array(targets) : targets;
    }
  }

  private addRoots(outside: string | undefined): void {
    for (const item of this.module.exports) {
      if (item.type.kind === 'func') this.addRoot(item.name, item.index);
      else if (item.type.kind === 'table') this.addTable(item.name, item.index);
    }
    let tableIndex = 0;
    for (const item of this.module.imports) {
      if (item.type.kind !== 'table') continue;
      this.addTable(`${item.module}.${item.name}`, tableIndex++);
    }
    if (outside !== undefined) this.addSet(REFERENCES_ROOT, ANY_TABLE);
    if (this.module.startFunction !== undefined) this.addRoot(START_ROOT, this.module.startFunction);
  }

  private addRoot(name: string, node: number): void {
    this.roots.names.push(name);
    this.roots.nodes.push(node);
  }

  private addTable(name: string, table: number): void {
    const node = this.addSet(tableRoot(name), this.mixedTables.has(table) ? ANY_TABLE : table);
    if (node !== undefined) this.tableHubs.add(node);
  }

  /** One node for each set, however many names it is handed out under; none for an empty set. */
  private addSet(name: string, source: number): number | undefined {
    const members = this.membersOf(source);
    if (members.length === 0) return undefined;
    const node = this.setNodes.get(source) ?? this.functions + this.addHub(members, false);
    this.setNodes.set(source, node);
    this.addRoot(name, node);
    return node;
  }
}
