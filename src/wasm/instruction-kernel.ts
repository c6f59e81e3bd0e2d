import type { ByteReader } from './byte-reader.ts';
import type { BodyCounts, CodeFacts } from './code-facts.ts';
import type { IndexSpaces, InstructionWalk } from './function-body.ts';
import { type Kernel, sharedKernel } from './kernel.ts';
import { LIMITS } from './limits.ts';
import { OPERATOR_COUNT, OPERATOR_SHAPES } from './operators.ts';

/** Bytes of code that are handed over at once. A larger body gets a window of its own size. */
const WINDOW = 1 << 20;
/** One instruction with its fixed immediates may be read past the end before that is noticed. */
const SLACK = 64;
const WORDS_PER_BODY = 9;

const CALLS = ['histogram', 'bodies', 'trace', 'consumed', 'simdTypes', 'begin', 'walk'] as const;
type Calls = Record<(typeof CALLS)[number], (...args: number[]) => number>;

/**
 * The compiled half of the instruction walk (kernel/walk.c). It takes bodies as long as they are ordinary and stops
 * before the first one that is not; that one goes to the reference walk, which also words every error.
 */
export class InstructionKernel {
  private readonly kernel: Kernel;
  private readonly calls: Calls;
  private bytes: Uint8Array = new Uint8Array(0);
  private windowStart = 0;
  private windowEnd = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.calls = kernel.calls(CALLS);
    kernel.bytes(kernel.call('shapes')(), OPERATOR_COUNT).set(OPERATOR_SHAPES);
  }

  /** Starts on the code of a module; what an earlier module left behind is gone. */
  begin(bytes: Uint8Array, { functions, types, tables, dataCount }: IndexSpaces): void {
    this.bytes = bytes;
    this.windowStart = 0;
    this.windowEnd = 0;
    this.calls.begin(functions, types, tables, dataCount ? 1 : 0);
  }

  /** Takes bodies from the reader, at most `count`, and adds them to `code`. Returns how many. */
  walk(reader: ByteReader, count: number, code: CodeFacts): number {
    let taken = 0;
    while (taken < count) {
      if (!this.cover(reader)) break;
      const from = reader.position - this.windowStart;
      const done = this.calls.walk(from, this.windowEnd - this.windowStart, count - taken);
      this.collect(done, code);
      taken += done;
      reader.position += this.calls.consumed();
      if (done === 0) break;
    }
    return taken;
  }

  /** Adds what was counted to the totals of the reference walk. */
  finish(walk: InstructionWalk): void {
    const counted = this.kernel.words(this.calls.histogram(), OPERATOR_COUNT);
    for (let operator = 0; operator < OPERATOR_COUNT; operator++) {
      walk.histogram[operator] = (walk.histogram[operator] ?? 0) + (counted[operator] ?? 0);
    }
    if (this.calls.simdTypes() === 1) walk.features.add('simd');
    this.bytes = new Uint8Array(0);
  }

  /** Makes the window hold the next body whole; false where the reference walk should look at it first. */
  private cover(reader: ByteReader): boolean {
    const size = bodySize(this.bytes, reader.position, reader.end);
    if (size === undefined || size > LIMITS.functionBytes) return false;
    const end = reader.position + size;
    if (end > reader.end) return false;
    if (reader.position >= this.windowStart && end <= this.windowEnd) return true;
    this.windowStart = reader.position;
    this.windowEnd = Math.min(reader.end, Math.max(end, reader.position + WINDOW));
    const length = this.windowEnd - this.windowStart;
    const { kernel } = this;
    kernel.reach(kernel.heap + length + SLACK);
    const target = kernel.bytes(kernel.heap, length + SLACK);
    target.set(this.bytes.subarray(this.windowStart, this.windowEnd));
    target.fill(0, length);
    return true;
  }

  private collect(done: number, code: CodeFacts): void {
    const bodies = this.kernel.words(this.calls.bodies(), done * WORDS_PER_BODY);
    const last = done === 0 ? 0 : (bodies[done * WORDS_PER_BODY - 1] ?? 0);
    const trace = this.kernel.words(this.calls.trace(), last);
    const counts: BodyCounts = { operators: 0, calls: 0, indirectCalls: 0, loopDepth: 0, locals: 0, labelUses: 0 };
    let from = 0;
    for (let at = 0; at < bodies.length; at += WORDS_PER_BODY) {
      counts.operators = bodies[at + 2] ?? 0;
      counts.calls = bodies[at + 3] ?? 0;
      counts.indirectCalls = bodies[at + 4] ?? 0;
      counts.loopDepth = bodies[at + 5] ?? 0;
      counts.locals = bodies[at + 6] ?? 0;
      counts.labelUses = bodies[at + 7] ?? 0;
      const to = bodies[at + 8] ?? 0;
      code.add(this.windowStart + (bodies[at] ?? 0), bodies[at + 1] ?? 0, counts, trace, from, to);
      from = to;
    }
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

let shared: { readonly kernel: Kernel; readonly walk: InstructionKernel } | undefined;

/** The walk of the kernel that the process shares. */
export function instructionKernel(): InstructionKernel {
  const kernel = sharedKernel();
  if (shared?.kernel !== kernel) shared = { kernel, walk: new InstructionKernel(kernel) };
  return shared.walk;
}
