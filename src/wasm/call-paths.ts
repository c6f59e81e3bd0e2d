import type { Entry } from '#model/call-path';
import { PATH_HEAD, PATH_STEPS } from '#model/call-path-limits';
import type { CallGraph } from './call-graph.ts';
import { START_ROOT } from './root-names.ts';

/** Paths that are kept for one module. */
const KEPT_PATHS = 1_000;
/** Functions that are visited to write paths down, over all of them: a chain may be as long as the module has functions. */
const WRITTEN_STEPS = 4_000_000;
const NONE = -1;
/** Roots are written `~index`, so this stands for none of them. */
const UNSEEN = -0x8000_0000;

/** A path through the graph, in its node numbers. */
export interface FoundPath {
  /** Index into the graph's roots. */
  readonly root: number;
  /** The imported function at its end. */
  readonly target: number;
  readonly steps: readonly { readonly node: number; readonly by: Entry }[];
  /** How many functions were left out behind the first `PATH_HEAD` steps. */
  readonly omitted: number;
  readonly by: Entry;
}

/** Whether paths list a function. */
type IsListed = (node: number) => boolean;

/**
 * A shortest call path to every imported function that is reached: from an export where one leads there, else from the
 * start section, else from what is handed out. Among the shortest it is one with the fewest calls through tables and
 * references, and the same one everywhere. What the start section reaches has a path from there as well, over direct
 * calls alone where there is one. Each search looks at an edge once.
 */
export function shortestPaths(graph: CallGraph, isListed: IsListed = () => true): FoundPath[] {
  const exported: number[] = [];
  const started: number[] = [];
  const handedOut: number[] = [];
  const { names, nodes } = graph.roots;
  for (let index = 0; index < nodes.length; index++) {
    if ((nodes[index] ?? 0) >= graph.functions) handedOut.push(index);
    else (names[index] === START_ROOT ? started : exported).push(index);
  }
  const nearest = new Search(graph, true);
  for (const phase of [exported, started, handedOut]) nearest.run(phase);
  const searches = [nearest];
  if (started.length > 0) {
    const direct = new Search(graph, false);
    direct.run(started);
    const any = new Search(graph, true);
    any.run(started);
    searches.push(direct, any);
  }
  return written(graph, searches, isListed);
}

function written(graph: CallGraph, searches: readonly Search[], isListed: IsListed): FoundPath[] {
  const paths: FoundPath[] = [];
  const budget = { left: WRITTEN_STEPS };
  const [nearest, direct, any] = searches;
  for (let target = 0; target < graph.importedFunctions; target++) {
    const path = nearest?.pathTo(target, isListed, budget);
    const start = direct?.pathTo(target, isListed, budget) ?? any?.pathTo(target, isListed, budget);
    for (const found of start !== undefined && start.root === path?.root ? [start] : [path, start]) {
      if (found === undefined) continue;
      if (paths.length >= KEPT_PATHS || budget.left < 0) return paths;
      paths.push(found);
    }
  }
  return paths;
}

/** The part of a distance up to `end` of the queue that as many indirect calls led to. */
interface Group {
  end: number;
  readonly indirect: number;
}

/** Breadth first from some roots, then from others, over what was not seen yet. */
class Search {
  private readonly graph: CallGraph;
  private readonly indirect: boolean;
  /** The function before each, `~root` for a root's own, or `UNSEEN`. */
  private readonly before: Int32Array;
  /** The node between it and the function before, or -1. */
  private readonly through: Int32Array;
  private readonly queue: Uint32Array;
  private readonly open: Uint8Array;
  private queued = 0;
  private missing: number;

  constructor(graph: CallGraph, indirect: boolean) {
    this.graph = graph;
    this.indirect = indirect;
    this.before = new Int32Array(graph.functions).fill(UNSEEN);
    this.through = new Int32Array(graph.functions).fill(NONE);
    this.queue = new Uint32Array(graph.functions);
    this.open = new Uint8Array(graph.nodes - graph.functions);
    this.missing = graph.importedFunctions;
  }

  /**
   * Function by function in the order of their distance, and among equals in the order of how many calls through a
   * table or reference led there. A group of equals first gives its direct callees, then the others, which have one
   * such call more; so the order holds for the next distance.
   */
  run(roots: readonly number[]): void {
    const { graph } = this;
    let from = this.queued;
    const hubs: number[] = [];
    for (const root of roots) {
      const node = graph.roots.nodes[root] ?? 0;
      if (node < graph.functions) this.enter(node, ~root, NONE);
      else hubs.push(root);
    }
    for (const root of hubs) {
      const node = graph.roots.nodes[root] ?? 0;
      // A table may be handed out under a hundred thousand names; the first one enters all that is in it.
      if (this.open[node - graph.functions] === 1) continue;
      this.open[node - graph.functions] = 1;
      this.expand(node, ~root);
    }
    let groups: Group[] = [];
    this.close(groups, 0, from);
    while (from < this.queued && this.missing > 0) {
      const next: Group[] = [];
      for (const { end, indirect } of groups) {
        const found: number[] = [];
        const first = this.queued;
        for (; from < end; from++) this.direct(this.queue[from] ?? 0, found);
        this.close(next, indirect, first);
        const second = this.queued;
        for (let at = 0; at < found.length; at += 2) this.expand(found[at] ?? 0, found[at + 1] ?? 0);
        this.close(next, indirect + 1, second);
      }
      groups = next;
    }
  }

  /** Ends a group of the next distance, unless nothing was queued since `first`. */
  private close(groups: Group[], indirect: number, first: number): void {
    if (this.queued === first) return;
    const last = groups.at(-1);
    if (last?.indirect === indirect) last.end = this.queued;
    else groups.push({ end: this.queued, indirect });
  }

  private direct(node: number, hubs: number[]): void {
    const { starts, targets, functions } = this.graph;
    const end = starts[node + 1] ?? 0;
    for (let cursor = starts[node] ?? 0; cursor < end; cursor++) {
      const target = targets[cursor] ?? 0;
      if (target < functions) this.enter(target, node, NONE);
      else if (this.indirect && this.open[target - functions] === 0) {
        this.open[target - functions] = 1;
        hubs.push(target, node);
      }
    }
  }

  /** Enters what a call through a table or reference may reach; the types of such calls lead on to their subtypes. */
  private expand(hub: number, before: number): void {
    const { starts, targets, functions } = this.graph;
    const pending = [hub];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const end = starts[node + 1] ?? 0;
      for (let cursor = starts[node] ?? 0; cursor < end; cursor++) {
        const target = targets[cursor] ?? 0;
        if (target < functions) this.enter(target, before, hub);
        else if (this.open[target - functions] === 0) {
          this.open[target - functions] = 1;
          pending.push(target);
        }
      }
    }
  }

  private enter(node: number, before: number, through: number): void {
    if (this.before[node] !== UNSEEN) return;
    this.before[node] = before;
    this.through[node] = through;
    if (node < this.graph.importedFunctions) this.missing--;
    else this.queue[this.queued++] = node;
  }

  pathTo(target: number, isListed: IsListed, budget: { left: number }): FoundPath | undefined {
    if (this.before[target] === UNSEEN) return undefined;
    const nodes: number[] = [];
    let node = target;
    for (;;) {
      const before = this.before[node] ?? 0;
      if (before < 0) return this.write(~before, target, nodes.reverse());
      if (--budget.left < 0) return undefined;
      if (isListed(before)) nodes.push(before);
      node = before;
    }
  }

  private write(root: number, target: number, nodes: readonly number[]): FoundPath {
    const entry = (node: number): Entry => {
      const through = this.through[node] ?? NONE;
      if (through !== NONE) return this.graph.isReference(through) ? 'reference' : 'table';
      return (this.before[node] ?? 0) < 0 ? 'root' : 'call';
    };
    const omitted = Math.max(0, nodes.length - PATH_STEPS);
    const shown = omitted === 0 ? nodes : [...nodes.slice(0, PATH_HEAD), ...nodes.slice(PATH_HEAD + omitted)];
    const steps = shown.map((node) => ({ node, by: entry(node) }));
    return { root, target, steps, omitted, by: entry(target) };
  }
}
