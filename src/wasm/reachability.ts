import type { Reachability } from '#model/module-facts';
import { buildCallGraph, type CallGraph } from './call-graph.ts';
import type { CoreModule } from './core-module.ts';

const COLUMNS = 32;
/** How many import indices all classes together may list before the rest is merged. */
const LISTED_PAIRS = 1_000_000;
/** Words of bits kept for roots. */
const KEPT_WORDS = 2_000_000;

/** Roots by the set of imports that they reach. */
interface Partition {
  /** Class of each root. */
  readonly of: Int32Array;
  /** What a class reaches, a bit for each column; column 0 says that it reaches an open call. */
  words(group: number): Uint32Array;
  /** Function imports of the columns that are set, ascending, by function index. */
  reached(words: Uint32Array): number[];
}

/**
 * Which exports, tables handed out and start function reach which function imports. Sound for valid modules: a call
 * through a table or reference goes to every function that could be there and has the type.
 */
export function reachabilityOf(module: CoreModule): Reachability {
  const graph = buildCallGraph(module);
  const steps = 10_000_000 + 10 * (module.end - module.start);
  const all = partition(graph, true, steps);
  const direct = graph.nodes === graph.functions ? all : partition(graph, false, steps);
  return {
    open: graph.openReasons.length > 0,
    openReasons: [...graph.openReasons],
    classes: join(module, graph, all, direct),
  };
}

function join(module: CoreModule, graph: CallGraph, all: Partition, direct: Partition): Reachability['classes'] {
  const groups = new Map<number, string[]>();
  for (const [index, root] of graph.roots.entries()) {
    const key = (all.of[index] ?? 0) * 2 ** 26 + (direct.of[index] ?? 0);
    const names = groups.get(key);
    if (names === undefined) groups.set(key, [root.name]);
    else names.push(root.name);
  }
  const places = (partition: Partition, words: Uint32Array) =>
    partition.reached(words).map((index) => module.functionImports[index] ?? 0);
  const classes: Reachability['classes'] = [];
  const merged = { roots: [] as string[], all: all.words(-1), direct: direct.words(-1) };
  let listed = 0;
  for (const [key, roots] of groups) {
    const words = { all: all.words(Math.floor(key / 2 ** 26)), direct: direct.words(key % 2 ** 26) };
    if (listed <= LISTED_PAIRS) {
      const imports = places(all, words.all);
      const direct_ = places(direct, words.direct);
      listed += imports.length + direct_.length;
      classes.push({ roots, imports, direct: direct_, ...(isOpen(words.all) ? { open: true } : {}) });
      continue;
    }
    for (const root of roots) merged.roots.push(root);
    unite(merged.all, words.all);
    unite(merged.direct, words.direct);
  }
  if (merged.roots.length > 0) {
    const lists = { imports: places(all, merged.all), direct: places(direct, merged.direct) };
    classes.push({ roots: merged.roots, ...lists, merged: true, ...(isOpen(merged.all) ? { open: true } : {}) });
  }
  return classes;
}

function isOpen(words: Uint32Array): boolean {
  return ((words[0] ?? 0) & 1) === 1;
}

function unite(into: Uint32Array, words: Uint32Array): void {
  for (let block = 0; block < into.length; block++) into[block] = (into[block] ?? 0) | (words[block] ?? 0);
}

/** The classes after one block: which class of the block before each came from, and its bits in this block. */
interface Level {
  readonly parents: number[];
  readonly words: number[];
}

/** Strongly connected components (Tarjan), callees before callers, without recursion. */
interface Components {
  /** Component of each node that a root reaches, else -1. */
  readonly of: Int32Array;
  /** Nodes, component by component. */
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
  readonly count: number;
  readonly edges: number;
}

function components(graph: CallGraph, indirect: boolean): Components {
  const { nodes, functions, targets, starts: edgeStarts } = graph;
  const of = new Int32Array(nodes).fill(-1);
  const numbers = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const pending = new Uint32Array(nodes);
  const order = new Uint32Array(nodes);
  const starts = new Uint32Array(nodes + 1);
  const frames = new Uint32Array(nodes);
  const cursors = new Uint32Array(nodes);
  let pendingCount = 0;
  let ordered = 0;
  let number = 0;
  let count = 0;
  let edges = 0;
  for (const root of graph.roots) {
    if ((numbers[root.node] ?? 0) >= 0) continue;
    let depth = 0;
    frames[0] = root.node;
    while (depth >= 0) {
      const node = frames[depth] ?? 0;
      if ((numbers[node] ?? 0) < 0) {
        numbers[node] = number;
        low[node] = number++;
        pending[pendingCount++] = node;
        cursors[node] = edgeStarts[node] ?? 0;
      }
      const to = edgeStarts[node + 1] ?? 0;
      let cursor = cursors[node] ?? 0;
      let descended = false;
      let lowest = low[node] ?? 0;
      for (; cursor < to; cursor++) {
        const next = targets[cursor] ?? 0;
        if (!indirect && next >= functions) continue;
        edges++;
        const seen = numbers[next] ?? 0;
        if (seen < 0) {
          descended = true;
          cursors[node] = cursor + 1;
          low[node] = lowest;
          frames[++depth] = next;
          break;
        }
        if ((of[next] ?? 0) < 0 && seen < lowest) lowest = seen;
      }
      if (descended) continue;
      low[node] = lowest;
      if (lowest === numbers[node]) {
        starts[count] = ordered;
        for (;;) {
          const member = pending[--pendingCount] ?? 0;
          of[member] = count;
          order[ordered++] = member;
          if (member === node) break;
        }
        count++;
      }
      depth--;
      if (depth >= 0) {
        const caller = frames[depth] ?? 0;
        if (lowest < (low[caller] ?? 0)) low[caller] = lowest;
      }
    }
  }
  starts[count] = ordered;
  return { of, order, starts, count, edges };
}

/**
 * Splits the roots by what they reach: 32 imports at a time, one pass over the components each, so that memory stays
 * one word for a component. Where that would take more than `steps`, neighbouring imports share a column and count as
 * reached together.
 */
function partition(graph: CallGraph, indirect: boolean, steps: number): Partition {
  const found = components(graph, indirect);
  const targets: number[] = [];
  for (let index = 0; index < graph.importedFunctions; index++) if ((found.of[index] ?? -1) >= 0) targets.push(index);
  const cost = found.edges + found.count + 1;
  const roots = Math.max(1, graph.roots.length);
  const blockLimit = Math.max(1, Math.min(Math.floor(steps / cost), Math.floor(KEPT_WORDS / roots)));
  const wantedBlocks = Math.ceil((targets.length + 1) / COLUMNS);
  const blocks = Math.min(wantedBlocks, blockLimit);
  const columns = blocks * COLUMNS - 1;
  const columnOf = (position: number) =>
    wantedBlocks <= blocks ? position + 1 : 1 + Math.floor((position * columns) / targets.length);

  const links = link(graph, found, indirect);
  const stood = Int32Array.from(graph.roots, ({ node }) => links.standIns[found.of[node] ?? 0] ?? -1);
  const bits = new Uint32Array(found.count);
  const of = new Int32Array(graph.roots.length);
  const levels: Level[] = [];
  let position = 0;
  for (let block = 0; block < blocks; block++) {
    bits.fill(0);
    if (block === 0 && indirect) markOpen(graph, found, bits);
    for (; position < targets.length && columnOf(position) < (block + 1) * COLUMNS; position++) {
      const component = found.of[targets[position] ?? 0] ?? 0;
      bits[component] = ((bits[component] ?? 0) | (1 << (columnOf(position) % COLUMNS))) >>> 0;
    }
    spread(links, bits);
    levels.push(refine(stood, bits, of));
  }

  /** First target of each column, and one past the last column. */
  const firsts = new Uint32Array(blocks * COLUMNS + 1).fill(targets.length);
  for (let at = targets.length - 1; at >= 0; at--) firsts[columnOf(at)] = at;
  for (let column = blocks * COLUMNS - 1; column >= 0; column--) {
    firsts[column] = Math.min(firsts[column] ?? 0, firsts[column + 1] ?? 0);
  }
  return {
    of,
    words(group) {
      const words = new Uint32Array(blocks);
      let current = group;
      for (let block = blocks - 1; block >= 0 && group >= 0; block--) {
        const level = levels[block];
        words[block] = level?.words[current] ?? 0;
        current = level?.parents[current] ?? 0;
      }
      return words;
    },
    reached(words) {
      const reached: number[] = [];
      for (let block = 0; block < blocks; block++) {
        let rest = block === 0 ? (words[0] ?? 0) & ~1 : (words[block] ?? 0);
        while (rest !== 0) {
          const column = block * COLUMNS + 31 - Math.clz32(rest & -rest);
          rest &= rest - 1;
          for (let at = firsts[column] ?? 0; at < (firsts[column + 1] ?? 0); at++) reached.push(targets[at] ?? 0);
        }
      }
      return reached;
    },
  };
}

function markOpen(graph: CallGraph, found: Components, bits: Uint32Array): void {
  for (let node = graph.functions; node < graph.nodes; node++) {
    const component = found.of[node] ?? -1;
    if (component >= 0 && graph.isOpen(node)) bits[component] = (bits[component] ?? 0) | 1;
  }
}

/**
 * Edges between the components that matter: those that are an import or an open call, or lead to more than one of
 * these. What leads to a single one is stood for by it, what leads to none by nothing, which takes most of a program
 * away before the bits are spread.
 */
interface Links {
  /** The component whose bits each component has, or -1. */
  readonly standIns: Int32Array;
  /** Components with edges of their own, callees first. */
  readonly heads: Uint32Array;
  readonly headCount: number;
  /** Edges of `heads[i]` are `targets[starts[i]]` up to `targets[starts[i + 1]]`. */
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
}

function link(graph: CallGraph, found: Components, indirect: boolean): Links {
  const { of, order, count } = found;
  const own = ownComponents(graph, found, indirect);
  const standIns = new Int32Array(count).fill(-1);
  const heads = new Uint32Array(count);
  const starts = new Uint32Array(count + 1);
  const targets = new Uint32Array(found.edges);
  const stamps = new Int32Array(count).fill(-1);
  let headCount = 0;
  let edges = 0;
  for (let component = 0; component < count; component++) {
    const first = edges;
    const end = found.starts[component + 1] ?? 0;
    for (let at = found.starts[component] ?? 0; at < end; at++) {
      const node = order[at] ?? 0;
      const to = graph.starts[node + 1] ?? 0;
      for (let cursor = graph.starts[node] ?? 0; cursor < to; cursor++) {
        const next = graph.targets[cursor] ?? 0;
        if (!indirect && next >= graph.functions) continue;
        const target = standIns[of[next] ?? 0] ?? -1;
        if (target < 0 || stamps[target] === component) continue;
        stamps[target] = component;
        targets[edges++] = target;
      }
    }
    if (edges === first && own[component] === 0) continue;
    if (edges === first + 1 && own[component] === 0) {
      standIns[component] = targets[first] ?? -1;
      edges = first;
      continue;
    }
    standIns[component] = component;
    if (edges > first) {
      heads[headCount++] = component;
      starts[headCount] = edges;
    }
  }
  return { standIns, heads, headCount, starts, targets };
}

/** 1 for components that hold an imported function or an open call. */
function ownComponents(graph: CallGraph, found: Components, indirect: boolean): Uint8Array {
  const own = new Uint8Array(found.count);
  for (let index = 0; index < graph.importedFunctions; index++) {
    const component = found.of[index] ?? -1;
    if (component >= 0) own[component] = 1;
  }
  for (let node = graph.functions; indirect && node < graph.nodes; node++) {
    const component = found.of[node] ?? -1;
    if (component >= 0 && graph.isOpen(node)) own[component] = 1;
  }
  return own;
}

/** Gives every head the bits of those it leads to, which come before it. */
function spread({ heads, headCount, starts, targets }: Links, bits: Uint32Array): void {
  for (let index = 0; index < headCount; index++) {
    const component = heads[index] ?? 0;
    let word = bits[component] ?? 0;
    const end = starts[index + 1] ?? 0;
    for (let at = starts[index] ?? 0; at < end; at++) word |= bits[targets[at] ?? 0] ?? 0;
    bits[component] = word;
  }
}

/** Splits classes of roots by the bits of one block. The map from (class, bits) to the new class is a flat hash table. */
function refine(stood: Int32Array, bits: Uint32Array, of: Int32Array): Level {
  const level: Level = { parents: [], words: [] };
  const mask = 2 ** Math.ceil(Math.log2(2 * of.length + 1)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  for (let index = 0; index < of.length; index++) {
    const parent = of[index] ?? 0;
    const component = stood[index] ?? -1;
    const word = component < 0 ? 0 : (bits[component] ?? 0);
    let slot = (Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    let group = slots[slot] ?? -1;
    while (group >= 0 && (level.parents[group] !== parent || level.words[group] !== word)) {
      slot = (slot + 1) & mask;
      group = slots[slot] ?? -1;
    }
    if (group < 0) {
      group = level.parents.length;
      slots[slot] = group;
      level.parents.push(parent);
      level.words.push(word);
    }
    of[index] = group;
  }
  return level;
}
