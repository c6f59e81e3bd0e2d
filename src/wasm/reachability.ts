import type { Reachability } from '#model/module-facts';
import type { CallGraph } from './call-graph.ts';
import { GraphKernel, UNREACHED } from './graph-kernel.ts';
import { RootClasses } from './root-classes.ts';

const COLUMNS = 32;
/** How many import indices all classes together may list before the rest is merged. */
const LISTED_PAIRS = 1_000_000;
/** Words of bits kept for roots. */
const KEPT_WORDS = 2_000_000;

/** Roots by the set of imports that they reach. */
interface Partition {
  /** Class of each root. */
  readonly of: Int32Array;
  /** Whether a class reaches an open call. */
  isOpen(group: number): boolean;
  /** Function imports that a class reaches, ascending, by function index. */
  reached(group: number): number[];
  /** The function imports that any of these classes reaches. */
  reachedByAny(groups: Iterable<number>): number[];
}

/**
 * Which exports, tables handed out and start function reach which function imports. Sound for valid modules: a call
 * through a table or reference goes to every function that could be there and has the type. `places` says for each
 * imported function where it stands among the imports, `size` is that of the code in bytes and bounds the steps.
 */
export function reachabilityOf(graph: CallGraph, places: readonly number[], size: number): Reachability {
  const steps = 10_000_000 + 10 * size;
  const kernel = new GraphKernel(graph);
  const all = partition(graph, kernel, graph.nodes, steps);
  const direct = graph.nodes === graph.functions ? all : partition(graph, kernel, graph.functions, steps);
  return {
    open: graph.openReasons.length > 0,
    openReasons: [...graph.openReasons],
    classes: join(places, graph, all, direct),
  };
}

/** Names of roots by their two classes, which are put into one number. */
function groupedRoots(names: readonly string[], all: Int32Array, direct: Int32Array): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  let lastKey = -1;
  let last: string[] = [];
  for (let index = 0; index < names.length; index++) {
    const key = (all[index] ?? 0) * 2 ** 26 + (direct[index] ?? 0);
    // Neighbours are often alike, and looking a large number up is slow.
    if (key !== lastKey) {
      const known = groups.get(key);
      last = known ?? [];
      if (known === undefined) groups.set(key, last);
      lastKey = key;
    }
    last.push(names[index] ?? '');
  }
  return groups;
}

function join(
  imports: readonly number[],
  graph: CallGraph,
  all: Partition,
  direct: Partition,
): Reachability['classes'] {
  const groups = groupedRoots(graph.roots.names, all.of, direct.of);
  const toPlaces = (functions: number[]): number[] => {
    for (let at = 0; at < functions.length; at++) functions[at] = imports[functions[at] ?? 0] ?? 0;
    return functions;
  };
  const classes: Reachability['classes'] = [];
  const merged = { roots: [] as string[], all: new Set<number>(), direct: new Set<number>() };
  let listed = 0;
  for (const [key, roots] of groups) {
    const ofAll = Math.floor(key / 2 ** 26);
    const ofDirect = key % 2 ** 26;
    if (listed <= LISTED_PAIRS) {
      const reached = toPlaces(all.reached(ofAll));
      // One search, one list: where no call goes through a table the two are the same.
      const called = all === direct ? reached : toPlaces(direct.reached(ofDirect));
      listed += reached.length + called.length;
      classes.push({ roots, imports: reached, direct: called, ...(all.isOpen(ofAll) ? { open: true } : {}) });
      continue;
    }
    for (const root of roots) merged.roots.push(root);
    merged.all.add(ofAll);
    merged.direct.add(ofDirect);
  }
  if (merged.roots.length > 0) {
    const lists = {
      imports: toPlaces(all.reachedByAny(merged.all)),
      direct: toPlaces(direct.reachedByAny(merged.direct)),
    };
    const open = [...merged.all].some((group) => all.isOpen(group));
    classes.push({ roots: merged.roots, ...lists, merged: true, ...(open ? { open: true } : {}) });
  }
  return classes;
}

/**
 * Splits the roots by what they reach: 32 imports at a time, one pass over the components each, so that memory stays
 * one word for a component. Where that would take more than `steps`, neighbouring imports share a column and count as
 * reached together.
 */
function partition(graph: CallGraph, kernel: GraphKernel, limit: number, steps: number): Partition {
  const found = kernel.find(limit);
  const { componentOf, own } = kernel;
  const targets: number[] = [];
  for (let index = 0; index < graph.importedFunctions; index++) {
    const component = componentOf[index] ?? UNREACHED;
    if (component === UNREACHED) continue;
    targets.push(index);
    own[component] = 1;
  }
  const open = limit === graph.nodes ? openComponents(graph, componentOf) : [];
  for (const component of open) own[component] = 1;
  kernel.link();

  const cost = found.edges + found.count + 1;
  const roots = Math.max(1, graph.roots.nodes.length);
  const blockLimit = Math.max(1, Math.min(Math.floor(steps / cost), Math.floor(KEPT_WORDS / roots)));
  const wantedBlocks = Math.ceil((targets.length + 1) / COLUMNS);
  const blocks = Math.min(wantedBlocks, blockLimit);
  const columns = blocks * COLUMNS - 1;
  const columnOf = (position: number) =>
    wantedBlocks <= blocks ? position + 1 : 1 + Math.floor((position * columns) / targets.length);

  const classes = new RootClasses(graph.roots.nodes.length);
  let position = 0;
  for (let block = 0; block < blocks; block++) {
    const words = kernel.spread((bits) => {
      if (block === 0) for (const component of open) bits[component] = 1;
      for (; position < targets.length && columnOf(position) < (block + 1) * COLUMNS; position++) {
        const component = componentOf[targets[position] ?? 0] ?? 0;
        bits[component] = (bits[component] ?? 0) | (1 << (columnOf(position) % COLUMNS));
      }
    });
    classes.split(words, block);
  }

  /** First target of each column, and one past the last column. */
  const firsts = new Uint32Array(blocks * COLUMNS + 1).fill(targets.length);
  for (let at = targets.length - 1; at >= 0; at--) firsts[columnOf(at)] = at;
  for (let column = blocks * COLUMNS - 1; column >= 0; column--) {
    firsts[column] = Math.min(firsts[column] ?? 0, firsts[column + 1] ?? 0);
  }
  const list = (reached: number[], block: number, word: number): void => {
    let rest = block === 0 ? word & ~1 : word;
    while (rest !== 0) {
      const column = block * COLUMNS + 31 - Math.clz32(rest & -rest);
      rest &= rest - 1;
      const end = firsts[column + 1] ?? 0;
      for (let at = firsts[column] ?? 0; at < end; at++) reached.push(targets[at] ?? 0);
    }
  };
  return {
    of: classes.of,
    isOpen: (group) => (classes.firstWord(group) & 1) === 1,
    reached(group) {
      const reached: number[] = [];
      classes.eachWord(group, (block, word) => list(reached, block, word));
      return reached;
    },
    reachedByAny(groups) {
      const words = new Uint32Array(blocks);
      for (const group of groups) classes.eachWord(group, (block, word) => (words[block] = (words[block] ?? 0) | word));
      const reached: number[] = [];
      for (let block = 0; block < blocks; block++) list(reached, block, words[block] ?? 0);
      return reached;
    },
  };
}

/** Components that hold a call whose callee code outside may choose. */
function openComponents(graph: CallGraph, componentOf: Uint32Array): number[] {
  const open: number[] = [];
  for (let node = graph.functions; node < graph.nodes; node++) {
    const component = componentOf[node] ?? UNREACHED;
    if (component !== UNREACHED && graph.isOpen(node)) open.push(component);
  }
  return open;
}
