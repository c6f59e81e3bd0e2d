import { SITE } from './code-facts.ts';
import { type KernelPart, kernelPart } from './kernel.ts';

/** Nodes and edges as call-graph.ts lays them out, and where searches begin. */
export interface Edges {
  readonly nodes: number;
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
  readonly roots: { readonly nodes: readonly number[] };
}

const CALLS = [
  'graph',
  'starts',
  'targets',
  'roots',
  'componentOf',
  'own',
  'bits',
  'rootBits',
  'visitedEdges',
  'components',
  'link',
  'clear',
  'spread',
  'resolve',
] as const;
type Part = KernelPart<(typeof CALLS)[number]>;

const graphs = kernelPart(CALLS);

/**
 * Writes edges into `targets` as nodes: those that name a call site (marked by SITE) as the node of that site, others
 * as they are.
 */
export function resolveSites(edges: Uint32Array, siteNodes: readonly number[], targets: Uint32Array): void {
  const { kernel, calls } = graphs();
  const sites = kernel.heap + edges.byteLength;
  kernel.reach(sites + 4 * siteNodes.length);
  const resolved = kernel.words(kernel.heap, edges.length);
  resolved.set(edges);
  kernel.words(sites, siteNodes.length).set(siteNodes);
  calls.resolve(edges.length, SITE);
  targets.set(resolved);
}

/** What `componentOf` holds for nodes that no root reaches. */
export const UNREACHED = 0xffff_ffff;

/**
 * A call graph in the kernel's memory (kernel/graph.c): its strongly connected components, and bits that spread from
 * them to the roots. Good until the kernel is given other work; all views are of its memory.
 */
export class GraphKernel {
  private readonly kernel: Part['kernel'];
  private readonly calls: Part['calls'];
  private readonly nodes: number;
  private readonly roots: number;
  private limit = 0;
  private components = 0;

  constructor({ nodes, starts, targets, roots }: Edges) {
    const { kernel, calls } = graphs();
    this.kernel = kernel;
    this.calls = calls;
    this.nodes = nodes;
    this.roots = roots.nodes.length;
    this.kernel.reach(this.calls.graph(nodes, targets.length, this.roots));
    this.kernel.words(this.calls.starts(), nodes + 1).set(starts);
    this.kernel.words(this.calls.targets(), targets.length).set(targets);
    this.kernel.words(this.calls.roots(), this.roots).set(roots.nodes);
  }

  /** Finds the components that roots reach over targets below `limit`. What was found before is gone. */
  find(limit: number): { readonly count: number; readonly edges: number } {
    this.limit = limit;
    this.components = this.calls.components(limit);
    return { count: this.components, edges: this.calls.visitedEdges() };
  }

  /** The component of each node, or UNREACHED. */
  get componentOf(): Uint32Array {
    return this.kernel.words(this.calls.componentOf(), this.nodes);
  }

  /** Set to 1 for each component that bits will be put on, before `link`. */
  get own(): Uint8Array {
    return this.kernel.bytes(this.calls.own(), this.components);
  }

  /** Prepares `spread`. */
  link(): void {
    this.calls.link(this.limit);
  }

  /** Spreads what `mark` puts on the words of components, and gives the word of each root. */
  spread(mark: (bits: Uint32Array) => void): Uint32Array {
    this.calls.clear();
    mark(this.kernel.words(this.calls.bits(), this.components));
    this.calls.spread();
    return this.kernel.words(this.calls.rootBits(), this.roots);
  }
}
