import { overLimit } from './failures.ts';
import { withRoom } from './growing-column.ts';
import { EXTENDED, TRACE } from './instruction-trace.ts';
import { LIMITS } from './limits.ts';
import type { TypeTable } from './type-table.ts';

/** Where a call leaves to, when it names no function. `table` is -1 for a call by reference. */
export interface CallSite {
  readonly type: number;
  readonly table: number;
}

/** The counts of one function body. */
export interface BodyCounts {
  operators: number;
  calls: number;
  indirectCalls: number;
  loopDepth: number;
  locals: number;
}

/** What is kept of every body, in this order in the kernel's memory (kernel/settle.c). */
export const BODY_COLUMNS = [
  'offsets',
  'sizes',
  'operators',
  'calls',
  'indirectCalls',
  'loopDepths',
  'locals',
] as const;
export type BodyColumn = (typeof BODY_COLUMNS)[number];

const OPERAND = 0x0fff_ffff;
/** Marks an edge as a call site instead of a function. */
export const SITE = 0x8000_0000;

/**
 * What all bodies of a module say, in one place: counts by function and the edges of the call graph, each callee once
 * for a caller. Also keeps the bound on the work that validating takes: it grows with the operands of calls and
 * labels, which a few bytes can make a thousand, so the sum is held to a multiple of the file's size.
 */
export class CodeFacts {
  readonly offsets: Uint32Array;
  readonly sizes: Uint32Array;
  readonly operators: Uint32Array;
  readonly calls: Uint32Array;
  readonly indirectCalls: Uint32Array;
  readonly loopDepths: Uint32Array;
  readonly locals: Uint32Array;
  /** Edges of body `i` are `edges[edgeStarts[i]]` up to `edges[edgeStarts[i + 1]]`. */
  readonly edgeStarts: Uint32Array;
  edges = new Uint32Array(1024);
  edgeCount = 0;
  readonly sites: CallSite[] = [];
  /** Tables that code writes single entries of, or grows. */
  readonly writtenTables = new Set<number>();
  /** Those, and the ones that code puts segments in or copies into from another table. */
  readonly changedTables = new Set<number>();
  /** Which tables code copies into, by the other table that it copies from. */
  readonly copiedTables = new Map<number, Set<number>>();
  /** Whether a block has a type of its own index, which MVP does not know. */
  typedBlocks = false;
  /** Tables in which code moves entries about: what they hold stays, but not where. */
  readonly shuffledTables = new Set<number>();
  /** Functions whose reference is taken in code. */
  readonly referenced: Uint8Array;
  /** Type index of every function, imported ones first. */
  readonly functionTypes: Uint32Array;
  bodies = 0;
  /** Where constants begin that may be eight characters or more: ascending, once `orderWideConstants` was called. */
  wideConstants = new Uint32Array(0);

  readonly types: TypeTable;
  /** The work and the locals of all bodies so far, and the bound on each. */
  readonly totals: Float64Array;

  private readonly tagWeight: number;
  private readonly stamps: Uint32Array;
  private readonly siteStamps: number[] = [];
  private readonly siteIds = new Map<number, number>();
  private copies = 0;
  private wideCount = 0;

  constructor(bodies: number, functionTypes: Uint32Array, types: TypeTable, tagWeight: number, fileSize: number) {
    this.offsets = new Uint32Array(bodies);
    this.sizes = new Uint32Array(bodies);
    this.operators = new Uint32Array(bodies);
    this.calls = new Uint32Array(bodies);
    this.indirectCalls = new Uint32Array(bodies);
    this.loopDepths = new Uint32Array(bodies);
    this.locals = new Uint32Array(bodies);
    this.edgeStarts = new Uint32Array(bodies + 1);
    this.stamps = new Uint32Array(functionTypes.length);
    this.referenced = new Uint8Array(functionTypes.length);
    this.functionTypes = functionTypes;
    this.types = types;
    this.tagWeight = tagWeight;
    this.totals = Float64Array.of(0, 0, 16 * fileSize + 16_000_000);
  }

  /** Takes in one body: its counts, and `trace` from `from` to `to`. */
  add(offset: number, size: number, counts: BodyCounts, trace: ArrayLike<number>, from: number, to: number): void {
    const body = this.bodies++;
    this.offsets[body] = offset;
    this.sizes[body] = size;
    this.operators[body] = counts.operators;
    this.calls[body] = counts.calls;
    this.indirectCalls[body] = counts.indirectCalls;
    this.loopDepths[body] = counts.loopDepth;
    this.locals[body] = counts.locals;
    const own = this.functionTypes[this.functionTypes.length - this.offsets.length + body] ?? 0;
    const arity = this.readTrace(body + 1, trace, from, to, this.types.arities[own] ?? 1);
    // A use of a label takes a byte or more. Those with one operand at most are bounded by the size of the file.
    if (arity > 1) this.addWork(size * arity);
    this.totals[1] = (this.totals[1] ?? 0) + counts.locals;
    this.edgeStarts[body + 1] = this.edgeCount;
    const [work = 0, locals = 0, bound = 0] = this.totals;
    if (work > bound) throw overLimit(offset, 'Calls and labels with many operands make validation slow', bound);
    if (locals > bound) throw overLimit(offset, `${locals} locals in all functions together`, bound);
  }

  /**
   * Takes in bodies that were added up elsewhere: a column of each count, the number of edges after each body, and the
   * edges. `totals` and the call sites are brought up to date beside.
   */
  addSettled(columns: readonly [BodyColumn, Uint32Array][], edgeEnds: Uint32Array, edges: Uint32Array): void {
    for (const [name, values] of columns) this[name].set(values, this.bodies);
    this.edgeStarts.set(edgeEnds, this.bodies + 1);
    this.edges = withRoom(this.edges, this.edgeCount, edges.length);
    this.edges.set(edges, this.edgeCount);
    this.edgeCount += edges.length;
    this.bodies += edgeEnds.length;
  }

  /** Takes in places of constants, counted from `origin`; those of one body may be given twice. */
  addWideConstants(places: ArrayLike<number>, origin = 0): void {
    this.wideConstants = withRoom(this.wideConstants, this.wideCount, places.length);
    for (let at = 0; at < places.length; at++) this.wideConstants[this.wideCount++] = origin + (places[at] ?? 0);
  }

  /** Puts constants in the order of the file, each once, when all bodies are taken in. */
  orderWideConstants(): void {
    const all = this.wideConstants.subarray(0, this.wideCount).sort();
    this.wideCount = 0;
    for (const place of all) {
      if (this.wideCount === 0 || all[this.wideCount - 1] !== place) all[this.wideCount++] = place;
    }
    this.wideConstants = all.subarray(0, this.wideCount);
  }

  /** Gives a call site the next number. */
  addSite(type: number, table: number): number {
    const id = this.sites.length;
    if (id === LIMITS.callSites) throw overLimit(0, 'Too many kinds of indirect calls', LIMITS.callSites);
    this.siteIds.set(siteKey(type, table), id);
    this.sites.push({ type, table });
    this.siteStamps.push(0);
    return id;
  }

  private addWork(work: number): void {
    this.totals[0] = (this.totals[0] ?? 0) + work;
  }

  /** Returns the largest number of operands that a label of this body has. */
  private readTrace(stamp: number, trace: ArrayLike<number>, from: number, to: number, ownArity: number): number {
    const weights = this.types.weights;
    let arity = ownArity;
    for (let index = from; index < to; ) {
      const word = trace[index++] ?? 0;
      const operand = word & OPERAND;
      switch (word >>> 28) {
        case TRACE.call:
          this.addWork(weights[this.functionTypes[operand] ?? 0] ?? 0);
          if (this.stamps[operand] !== stamp) {
            this.stamps[operand] = stamp;
            this.pushEdge(operand);
          }
          break;
        case TRACE.functionReference:
          this.referenced[operand] = 1;
          break;
        case TRACE.callReference:
          this.site(stamp, operand, -1);
          break;
        case TRACE.callIndirect:
          this.site(stamp, operand, 0);
          break;
        default: {
          const first = trace[index++] ?? 0;
          const second = trace[index++] ?? 0;
          arity = Math.max(arity, this.extended(stamp, operand, first, second));
        }
      }
    }
    return arity;
  }

  private copy(to: number, from: number): void {
    this.changedTables.add(to);
    const copies = this.copiedTables.get(from) ?? new Set();
    this.copiedTables.set(from, copies);
    if (copies.has(to)) return;
    if (++this.copies > LIMITS.callSites) throw overLimit(0, 'Too many kinds of table.copy', LIMITS.callSites);
    copies.add(to);
  }

  private extended(stamp: number, kind: number, first: number, second: number): number {
    switch (kind) {
      case EXTENDED.callIndirect:
        this.site(stamp, first, second);
        break;
      case EXTENDED.tableWrite:
        this.writtenTables.add(first);
        this.changedTables.add(first);
        break;
      case EXTENDED.tableInit:
        this.changedTables.add(first);
        break;
      case EXTENDED.tableCopy:
        if (first === second) this.shuffledTables.add(first);
        else this.copy(first, second);
        break;
      case EXTENDED.blockType:
        this.typedBlocks = true;
        this.addWork(this.types.weights[first] ?? 0);
        return this.types.arities[first] ?? 1;
      case EXTENDED.build:
        this.addWork(this.types.weights[first] ?? 0);
        break;
      case EXTENDED.operands:
        this.addWork(first);
        break;
      case EXTENDED.tags:
        this.addWork(first * this.tagWeight);
        break;
    }
    return 1;
  }

  private site(stamp: number, type: number, table: number): void {
    this.addWork(this.types.weights[type] ?? 0);
    const id = this.siteIds.get(siteKey(type, table)) ?? this.addSite(type, table);
    if (this.siteStamps[id] === stamp) return;
    this.siteStamps[id] = stamp;
    this.pushEdge((SITE | id) >>> 0);
  }

  private pushEdge(edge: number): void {
    this.edges = withRoom(this.edges, this.edgeCount, 1);
    this.edges[this.edgeCount++] = edge;
  }
}

function siteKey(type: number, table: number): number {
  return type * 2 ** 20 + table + 1;
}
