import type { Reachability } from '#model/module-facts';
import type { CallGraph } from './call-graph.ts';
import { GraphKernel, UNREACHED } from './graph-kernel.ts';

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

function join(
  imports: readonly number[],
  graph: CallGraph,
  all: Partition,
  direct: Partition,
): Reachability['classes'] {
  const groups = new Map<number, string[]>();
  for (const [index, root] of graph.roots.entries()) {
    const key = (all.of[index] ?? 0) * 2 ** 26 + (direct.of[index] ?? 0);
    const names = groups.get(key);
    if (names === undefined) groups.set(key, [root.name]);
    else names.push(root.name);
  }
  const places = (partition: Partition, words: Uint32Array) =>
    partition.reached(words).map((index) => imports[index] ?? 0);
  const classes: Reachability['classes'] = [];
  const merged = { roots: [] as string[], all: all.words(-1), direct: direct.words(-1) };
  let listed = 0;
  for (const [key, roots] of groups) {
    const words = { all: all.words(Math.floor(key / 2 ** 26)), direct: direct.words(key % 2 ** 26) };
    if (listed <= LISTED_PAIRS) {
      const reached = places(all, words.all);
      const direct_ = places(direct, words.direct);
      listed += reached.length + direct_.length;
      classes.push({ roots, imports: reached, direct: direct_, ...(isOpen(words.all) ? { open: true } : {}) });
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
  const roots = Math.max(1, graph.roots.length);
  const blockLimit = Math.max(1, Math.min(Math.floor(steps / cost), Math.floor(KEPT_WORDS / roots)));
  const wantedBlocks = Math.ceil((targets.length + 1) / COLUMNS);
  const blocks = Math.min(wantedBlocks, blockLimit);
  const columns = blocks * COLUMNS - 1;
  const columnOf = (position: number) =>
    wantedBlocks <= blocks ? position + 1 : 1 + Math.floor((position * columns) / targets.length);

  const of = new Int32Array(graph.roots.length);
  const levels: Level[] = [];
  let position = 0;
  for (let block = 0; block < blocks; block++) {
    const words = kernel.spread((bits) => {
      if (block === 0) for (const component of open) bits[component] = 1;
      for (; position < targets.length && columnOf(position) < (block + 1) * COLUMNS; position++) {
        const component = componentOf[targets[position] ?? 0] ?? 0;
        bits[component] = (bits[component] ?? 0) | (1 << (columnOf(position) % COLUMNS));
      }
    });
    levels.push(refine(words, of));
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

/** Components that hold a call whose callee code outside may choose. */
function openComponents(graph: CallGraph, componentOf: Uint32Array): number[] {
  const open: number[] = [];
  for (let node = graph.functions; node < graph.nodes; node++) {
    const component = componentOf[node] ?? UNREACHED;
    if (component !== UNREACHED && graph.isOpen(node)) open.push(component);
  }
  return open;
}

/** Splits classes of roots by their words of one block. The map from (class, bits) to the new class is a flat hash table. */
function refine(words: Uint32Array, of: Int32Array): Level {
  const level: Level = { parents: [], words: [] };
  const mask = 2 ** Math.ceil(Math.log2(2 * of.length + 1)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  for (let index = 0; index < of.length; index++) {
    const parent = of[index] ?? 0;
    const word = words[index] ?? 0;
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
