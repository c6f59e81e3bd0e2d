import type { ByteReader } from './byte-reader.ts';
import { BODY_COLUMNS, type BodyColumn, type CodeFacts } from './code-facts.ts';
import type { IndexSpaces, InstructionWalk } from './function-body.ts';
import { type KernelPart, kernelPart } from './kernel.ts';
import { LIMITS } from './limits.ts';
import { OPERATOR_COUNT, OPERATOR_SHAPES } from './operators.ts';
import { FUNCREF, notePlainType, V128 } from './value-types.ts';

/** Bytes of code that are handed over at once. A larger body gets a window of its own size. */
const WINDOW = 1 << 20;
/** One instruction with its fixed immediates may be read past the end before that is noticed. */
const SLACK = 64;
/** The structure Body of kernel/walk.h. */
const WORDS_PER_BODY = 9;
/** Which of the words is the number of operators. */
const OPERATORS = 2;
/** In its place: the walk refused the body. */
const REFUSED = 0xffffffff;

const CALLS = [
  'shapes',
  'histogram',
  'bodies',
  'trace',
  'traceRoom',
  'consumed',
  'plainTypes',
  'begin',
  'walk',
  'functionTypes',
  'weights',
  'arities',
  'referenced',
  'anyReferenced',
  'columns',
  'maxBodies',
  'edgeEnds',
  'edges',
  'totals',
  'siteCount',
  'siteTypes',
  'siteByReference',
  'settleRoom',
  'settleBegin',
  'knowSite',
  'settle',
  'wideConstants',
  'wideCount',
] as const;
type Part = KernelPart<(typeof CALLS)[number]>;

/** A module whose code is walked. */
export interface WalkedModule {
  readonly bytes: Uint8Array;
  readonly sizes: IndexSpaces;
  readonly code: CodeFacts;
  /** Reads one body from where the reader of the code section stands, by the reference walk. */
  readonly reference: () => void;
}

/**
 * The walk over the code of one module by the compiled kernel (kernel/walk.h). Bodies that are not ordinary it refuses;
 * they go to the reference walk, which also words every error.
 */
export class KernelWalk {
  private readonly kernel: Part['kernel'];
  private readonly calls: Part['calls'];
  private readonly module: WalkedModule;
  /** Where the window stands in the kernel's memory, from the heap on, and which bytes of the file it holds. */
  private readonly windowPlace: number;
  private windowStart = 0;
  private windowEnd = 0;

  /** Makes the kernel ready; what an earlier module left behind is gone. */
  constructor({ kernel, calls }: Part, module: WalkedModule) {
    const { code, sizes } = module;
    const { functions, types, tables, dataCount } = sizes;
    this.kernel = kernel;
    this.calls = calls;
    this.module = module;
    this.windowPlace = calls.settleRoom(functions, types);
    kernel.reach(kernel.heap + this.windowPlace);
    calls.begin(functions, types, tables, dataCount ? 1 : 0);
    calls.settleBegin(functions, functions - code.sizes.length, types);
    kernel.words(calls.functionTypes(), functions).set(code.functionTypes);
    kernel.words(calls.weights(), types).set(code.types.weights);
    kernel.words(calls.arities(), types).set(code.types.arities);
  }

  /** Takes bodies from the reader, at most `count`. Returns how many. */
  walk(reader: ByteReader, count: number): number {
    let taken = 0;
    while (taken < count && this.cover(reader)) {
      const from = this.windowPlace + reader.position - this.windowStart;
      const done = this.calls.walk(from, this.windowPlace + this.windowEnd - this.windowStart, count - taken);
      if (done === 0) break;
      const next = this.origin + this.calls.consumed();
      this.collect(done, reader);
      taken += done;
      reader.position = next;
    }
    return taken;
  }

  /** Adds what was counted to the totals of the reference walk. */
  finish(walk: InstructionWalk): void {
    const { kernel, calls } = this;
    const counted = kernel.words(calls.histogram(), OPERATOR_COUNT);
    for (let operator = 0; operator < OPERATOR_COUNT; operator++) {
      walk.histogram[operator] = (walk.histogram[operator] ?? 0) + (counted[operator] ?? 0);
    }
    const types = calls.plainTypes();
    for (const type of [V128, FUNCREF]) if (((types >>> (type & 15)) & 1) === 1) notePlainType(type, walk.features);
    if (calls.anyReferenced() === 0) return;
    const { referenced } = this.module.code;
    const found = kernel.bytes(calls.referenced(), referenced.length);
    for (let index = 0; index < referenced.length; index++) if (found[index] === 1) referenced[index] = 1;
  }

  /** The offset in the file that the heap stands for while the window is where it is. */
  private get origin(): number {
    return this.windowStart - this.windowPlace;
  }

  /** Makes the window hold the next body whole; false where the reference walk should look at it first. */
  private cover(reader: ByteReader): boolean {
    const { bytes } = this.module;
    const size = bodySize(bytes, reader.position, reader.end);
    if (size === undefined || size > LIMITS.functionBytes) return false;
    const end = reader.position + size;
    if (end > reader.end) return false;
    if (reader.position >= this.windowStart && end <= this.windowEnd) return true;
    this.windowStart = reader.position;
    this.windowEnd = Math.min(reader.end, Math.max(end, reader.position + WINDOW));
    const length = this.windowEnd - this.windowStart;
    const { kernel, windowPlace } = this;
    kernel.reach(kernel.heap + windowPlace + length + SLACK);
    const target = kernel.bytes(kernel.heap + windowPlace, length + SLACK);
    target.set(bytes.subarray(this.windowStart, this.windowEnd));
    target.fill(0, length);
    return true;
  }

  /** Adds the bodies that were just walked to the facts, in their order. */
  private collect(done: number, reader: ByteReader): void {
    const bodies = this.kernel.words(this.calls.bodies(), done * WORDS_PER_BODY);
    const number = this.module.code.bodies;
    const wide = this.kernel.words(this.calls.wideConstants(), this.calls.wideCount());
    this.module.code.addWideConstants(wide, this.origin);
    for (let body = 0; body < done; body++) {
      // A file may be full of bodies that are refused.
      if (bodies[body * WORDS_PER_BODY + OPERATORS] !== REFUSED) body = this.settle(body, done, number);
      if (body === done) return;
      const at = body * WORDS_PER_BODY;
      if (body > 0)
        reader.position = this.origin + (bodies[at - WORDS_PER_BODY] ?? 0) + (bodies[at - WORDS_PER_BODY + 1] ?? 0);
      this.addLeft(bodies.subarray(at, at + WORDS_PER_BODY));
    }
  }

  /** Lets the kernel add up bodies from `first` on. Returns the first one that it leaves. */
  private settle(first: number, done: number, number: number): number {
    const { kernel, calls } = this;
    const { code } = this.module;
    for (const { type, table } of code.sites.slice(calls.siteCount())) calls.knowSite(type, table);
    const totals = new Float64Array(kernel.memory.buffer, calls.totals(), code.totals.length);
    totals.set(code.totals);
    const end = calls.settle(first, done, number, this.origin, code.edgeCount);
    code.totals.set(totals);
    this.takeSites();
    if (end > first) this.takeBodies(first, end);
    return end;
  }

  private takeBodies(first: number, end: number): void {
    const { kernel, calls } = this;
    const { code } = this.module;
    const length = calls.maxBodies();
    const columns = BODY_COLUMNS.map((name, index): [BodyColumn, Uint32Array] => {
      return [name, kernel.words(calls.columns() + 4 * (index * length + first), end - first)];
    });
    const edgeEnds = kernel.words(calls.edgeEnds() + 4 * first, end - first);
    const edges = kernel.words(calls.edges(), (edgeEnds.at(-1) ?? 0) - code.edgeCount);
    code.addSettled(columns, edgeEnds, edges);
  }

  /** Call sites that the kernel numbered. */
  private takeSites(): void {
    const { kernel, calls } = this;
    const { code } = this.module;
    const count = calls.siteCount();
    const types = kernel.words(calls.siteTypes(), count);
    const byReference = kernel.bytes(calls.siteByReference(), count);
    for (let site = code.sites.length; site < count; site++) {
      code.addSite(types[site] ?? 0, byReference[site] === 1 ? -1 : 0);
    }
  }

  /** Adds a body that the kernel walked but does not add up, or has one that it refused read by the reference walk. */
  private addLeft(body: Uint32Array): void {
    const [place = 0, size = 0, operators = 0, calls = 0, indirectCalls = 0, loopDepth = 0, locals = 0] = body;
    if (operators === REFUSED) return this.module.reference();
    const [from = 0, to = 0] = body.subarray(7);
    const trace = this.kernel.words(this.calls.trace(), this.calls.traceRoom());
    const counts = { operators, calls, indirectCalls, loopDepth, locals };
    this.module.code.add(this.origin + place, size, counts, trace, from, to);
  }
}

/** The size of the body at `position` with the bytes that say it; undefined when they do not say it well. */
function bodySize(bytes: Uint8Array, position: number, end: number): number | undefined {
  let size = 0;
  for (let index = 0; index < 5 && position + index < end; index++) {
    const byte = bytes[position + index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return size + index + 1;
  }
  return undefined;
}

const instructions = kernelPart(CALLS, ({ kernel, calls }) => {
  kernel.bytes(calls.shapes(), OPERATOR_COUNT).set(OPERATOR_SHAPES);
});

/** Starts a walk by the kernel that the process shares, one at a time. */
export function beginKernelWalk(module: WalkedModule): KernelWalk {
  return new KernelWalk(instructions(), module);
}
