import { buildCallGraph, type CallGraph } from './call-graph.ts';
import { constantCall } from './constant-call.ts';
import type { CoreModule } from './core-module.ts';
import {
  type Callee,
  calleeOf,
  type HostFunction,
  type LinkedInstance,
  type LinkedProgram,
  type LinkedTable,
  type Relay,
  Unlinkable,
} from './linked-program.ts';
import {
  type ByType,
  contentOfTable,
  EntryBudget,
  type TableContent,
  takenAnywhere,
  typeText,
} from './linked-tables.ts';

/** The call graph of a linked component. Its imported functions are those of the host, in the order of `host`. */
export interface LinkedGraph {
  readonly graph: CallGraph;
  readonly host: readonly HostFunction[];
  /** The core function that a node is; undefined for what only leads from one function to the next. */
  functionAt(node: number): { readonly instance: LinkedInstance; readonly index: number } | undefined;
}

const ANY = '';

/**
 * Joins the call graphs of all core instances. Inside one, its own graph says who calls whom. A call through a table
 * that several share goes to what their segments put there, at a constant index to what stands at that index; where
 * code writes the table, or a reference comes from another instance, to every function of the type whose reference is
 * taken anywhere in the component. Throws `Unlinkable` beyond the limits.
 */
export function linkedGraph(program: LinkedProgram): LinkedGraph {
  return new Linker(program).link();
}

class Linker {
  private readonly program: LinkedProgram;
  private readonly host: readonly HostFunction[];
  /** The node of each function. */
  private readonly nodes: Uint32Array;
  private readonly budget: EntryBudget;
  private readonly contents = new Map<LinkedTable, TableContent>();
  private readonly graphs = new Map<CoreModule, CallGraph>();
  /** What the nodes behind those of the functions lead to. */
  private readonly hubs: (readonly number[])[] = [];
  private readonly hubsByType = new Map<ByType, Map<string, number>>();
  /** Calls that leave through a reference rather than a table. */
  private readonly references = new Set<number>();
  private pool: ByType | undefined;
  private readonly edges: Edges;

  constructor(program: LinkedProgram) {
    this.program = program;
    this.budget = new EntryBudget(program.limits.calls);
    this.edges = new Edges(program.limits.calls);
    this.host = program.hostFunctions.toSorted((a, b) => a.import - b.import || (a.member < b.member ? -1 : 1));
    this.nodes = this.numberNodes();
  }

  /** The host's functions come first, as imports do in a module; all others keep their order. */
  private numberNodes(): Uint32Array {
    const { functions } = this.program;
    const nodes = new Uint32Array(functions);
    const ofHost = new Uint8Array(functions);
    for (const [node, { callee }] of this.host.entries()) {
      nodes[callee] = node;
      ofHost[callee] = 1;
    }
    let node = this.host.length;
    for (let callee = 0; callee < functions; callee++) if (ofHost[callee] === 0) nodes[callee] = node++;
    return nodes;
  }

  link(): LinkedGraph {
    const { program, host, references } = this;
    const { functions, instances, relays } = program;
    const starts = new Uint32Array(functions + 1);
    // Nodes have the order of the functions' numbers, so each is closed before the next begins.
    let node = host.length;
    const close = () => {
      starts[++node] = this.edges.length;
    };
    let next = 0;
    for (const instance of instances) {
      for (; (relays[next]?.callee ?? functions) < instance.first; next++) this.addRelay(relays[next], close);
      this.addInstance(instance, close);
    }
    for (; next < relays.length; next++) this.addRelay(relays[next], close);
    const all = new Uint32Array(functions + this.hubs.length + 1);
    all.set(starts);
    for (const [hub, members] of this.hubs.entries()) {
      for (const member of members) this.edges.push(member);
      all[functions + hub + 1] = this.edges.length;
    }
    const graph: CallGraph = {
      functions,
      importedFunctions: host.length,
      nodes: functions + this.hubs.length,
      starts: all,
      targets: this.edges.taken(),
      siteNodes: [],
      isOpen: () => false,
      isReference: (node) => references.has(node),
      roots: {
        names: program.roots.map(({ name }) => name),
        nodes: program.roots.map(({ callee }) => this.nodes[callee] ?? 0),
      },
      openReasons: [],
    };
    return { graph, host, functionAt: this.functionFinder() };
  }

  private addRelay(relay: Relay | undefined, close: () => void): void {
    for (const callee of relay?.calls ?? []) this.edges.push(this.nodes[callee] ?? 0);
    close();
  }

  private toNodes(callees: readonly Callee[]): number[] {
    return callees.map((callee) => this.nodes[callee] ?? 0);
  }

  private addInstance(instance: LinkedInstance, close: () => void): void {
    const { module } = instance;
    const graph = this.graphOf(module);
    const { functions, importedFunctions, starts, targets } = graph;
    /** What stands for each node of the module's graph that is no function. */
    const stands = this.standIns(instance, graph);
    for (let index = importedFunctions; index < functions; index++) {
      const end = starts[index + 1] ?? 0;
      for (let cursor = starts[index] ?? 0; cursor < end; cursor++) {
        const target = targets[cursor] ?? 0;
        if (target < functions) this.edges.push(this.nodes[calleeOf(instance, target)] ?? 0);
        else for (const node of this.leaving(instance, graph, index, target, stands)) this.edges.push(node);
      }
      close();
    }
  }

  /** The graph of a module whose exports count as used only where something inside the component uses them. */
  private graphOf(module: CoreModule): CallGraph {
    let graph = this.graphs.get(module);
    if (graph === undefined) {
      const used = this.program.usedExports.get(module);
      graph = buildCallGraph({ ...module, exports: module.exports.filter(({ name }) => used?.has(name) === true) });
      this.graphs.set(module, graph);
    }
    return graph;
  }

  /** Where a function goes that leaves through `hub`: to one table entry if it does nothing else. */
  private leaving(
    instance: LinkedInstance,
    graph: CallGraph,
    index: number,
    hub: number,
    stands: ReadonlyMap<number, readonly number[]>,
  ): readonly number[] {
    const call = graph.isOpen(hub) ? constantCall(instance.module, index) : undefined;
    const content = call === undefined ? undefined : this.content(instance.tables[call.table]);
    if (call === undefined || content === undefined) return stands.get(hub) ?? NO_EDGES;
    return content.written || content.shuffled ? (stands.get(hub) ?? NO_EDGES) : this.toNodes(content.at(call.slot));
  }

  private standIns(instance: LinkedInstance, graph: CallGraph): ReadonlyMap<number, readonly number[]> {
    const { module } = instance;
    const stands = new Map([...this.ownHubs(instance, graph)].map(([node, hub]) => [node, new Set([hub])]));
    for (const [site, node] of graph.siteNodes.entries()) {
      if (!graph.isOpen(node)) continue;
      const { type, table } = module.code.sites[site] ?? { type: -1, table: -1 };
      const nodes = stands.get(node) ?? new Set();
      stands.set(node, nodes);
      for (const hub of this.sharedHubs(instance, type, table)) nodes.add(hub);
    }
    return new Map([...stands].map(([node, nodes]) => [node, [...nodes]]));
  }

  /** The node for each one of the module's graph that nothing outside adds to: to its functions and subtypes. */
  private ownHubs(instance: LinkedInstance, graph: CallGraph): ReadonlyMap<number, number> {
    const hubs = new Map<number, number>();
    const pending = graph.siteNodes.filter((node) => !graph.isOpen(node));
    const targetsOf = (node: number) => graph.targets.subarray(graph.starts[node], graph.starts[node + 1]);
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (hubs.has(node)) continue;
      hubs.set(node, this.addHub(graph.isReference(node)));
      for (const target of targetsOf(node)) if (target >= graph.functions) pending.push(target);
    }
    for (const [node, hub] of hubs) {
      const members = Array.from(targetsOf(node), (target) =>
        target < graph.functions ? (this.nodes[calleeOf(instance, target)] ?? 0) : (hubs.get(target) ?? 0),
      );
      this.fillHub(hub, members);
    }
    return hubs;
  }

  private addHub(reference: boolean): number {
    const node = this.program.functions + this.hubs.length;
    this.hubs.push(NO_EDGES);
    if (reference) this.references.add(node);
    return node;
  }

  private fillHub(node: number, members: readonly number[]): void {
    this.budget.take(members.length);
    this.hubs[node - this.program.functions] = members;
  }

  /** The hubs for a call of this type through a table that others share, or by a reference that may be another's. */
  private sharedHubs(instance: LinkedInstance, type: number, table: number): number[] {
    const content = table < 0 ? undefined : this.content(instance.tables[table]);
    const sources = content === undefined ? [] : [content.byType];
    if (content === undefined || content.written) {
      this.pool ??= takenAnywhere(this.program.instances, this.budget);
      sources.push(this.pool);
    }
    const key = typeText(instance.module, type) ?? ANY;
    return sources.map((source) => this.hubOf(source, key, table));
  }

  private hubOf(source: ByType, key: string, table: number): number {
    const known = this.hubsByType.get(source);
    const byKey = known ?? new Map<string, number>();
    if (known === undefined) this.hubsByType.set(source, byKey);
    let hub = byKey.get(key);
    if (hub === undefined) {
      const members =
        key === ANY ? [...source.values()].flat() : [...(source.get(key) ?? []), ...(source.get(ANY) ?? [])];
      hub = this.addHub(table < 0);
      this.fillHub(hub, this.toNodes(members));
      byKey.set(key, hub);
    }
    return hub;
  }

  private content(table: LinkedTable | undefined): TableContent | undefined {
    if (table === undefined) return undefined;
    let content = this.contents.get(table);
    if (content === undefined) {
      content = contentOfTable(table, this.budget);
      this.contents.set(table, content);
    }
    return content;
  }

  private functionFinder(): LinkedGraph['functionAt'] {
    const callees = new Uint32Array(this.program.functions);
    for (const [callee, node] of this.nodes.entries()) callees[node] = callee;
    const { instances } = this.program;
    return (node) => {
      const callee = callees[node] ?? 0;
      let [low, high] = [0, instances.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((instances[middle]?.first ?? 0) <= callee) low = middle + 1;
        else high = middle;
      }
      const instance = instances[low - 1];
      if (instance === undefined) return undefined;
      const index = callee - instance.first + instance.module.importedFunctions;
      return index < instance.module.functionTypes.length ? { instance, index } : undefined;
    };
  }
}

const NO_EDGES: readonly number[] = [];

/** Edges one after the other, within the limit. */
class Edges {
  length = 0;
  private readonly most: number;
  private targets = new Uint32Array(1024);

  constructor(most: number) {
    this.most = most;
  }

  push(target: number): void {
    if (this.length === this.targets.length) {
      if (this.length >= this.most) {
        throw new Unlinkable(`its core instances make more than ${this.most} calls together`);
      }
      const wider = new Uint32Array(Math.min(this.most, 2 * this.length));
      wider.set(this.targets);
      this.targets = wider;
    }
    this.targets[this.length++] = target;
  }

  taken(): Uint32Array {
    return this.targets.subarray(0, this.length);
  }
}
