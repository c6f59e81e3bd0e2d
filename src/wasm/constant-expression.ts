import type { ByteReader } from './byte-reader.ts';
import { overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';
import { OPERATOR } from './operators.ts';
import type { InstructionWalk } from './function-body.ts';
import { TRACE } from './instruction-trace.ts';

/** A number where it was read as one; any size as a bigint. */
export type Integer = number | bigint;

export interface ConstantExpression {
  readonly start: number;
  readonly end: number;
  /** The integer it computes, where that does not depend on an import. Unsigned for addresses of 32 bits. */
  readonly value: Integer | undefined;
  /** Functions whose reference it takes. */
  readonly functions: readonly number[];
}

const NO_FUNCTIONS: readonly number[] = [];

/**
 * Reads a constant expression (WebAssembly 3.0, section 3.4.14) and computes it where it only adds, subtracts and
 * multiplies constants. `globals` holds the values of the constant globals before this one.
 */
export function readConstantExpression(
  reader: ByteReader,
  walk: InstructionWalk,
  globals: readonly (Integer | undefined)[],
): ConstantExpression {
  const start = reader.position;
  // A module may have a hundred thousand segments, nearly all of them at a plain constant.
  if (reader.peek() === OPERATOR.i32Const) {
    reader.position++;
    const value = reader.s32('a constant') >>> 0;
    if (reader.peek() === OPERATOR.end) {
      const end = ++reader.position;
      walk.tallyConstants(1);
      return { start, end, value, functions: NO_FUNCTIONS };
    }
    reader.position = start;
  }
  // Functions are referred to one by one in the segments of some producers, a million times.
  if (reader.peek() === OPERATOR.functionReference) {
    const target = readOneReference(reader, walk);
    if (target !== undefined) return { start, end: reader.position, value: undefined, functions: [target] };
  }
  const sum = readSum(reader, walk, globals);
  if (sum !== undefined) return { start, end: reader.position, value: sum.value, functions: NO_FUNCTIONS };
  walk.trace.length = 0;
  const before = walk.operators;
  const sums = countSums(walk);
  walk.expression(reader);
  const operators = walk.operators - before;
  if (operators > LIMITS.constantOperators) {
    throw overLimit(start, `${operators} instructions of a constant expression`, LIMITS.constantOperators);
  }
  if (countSums(walk) > sums) walk.features.add('extended-const');
  const end = reader.position;
  const functions =
    walk.trace.length === 0
      ? NO_FUNCTIONS
      : walk.trace.filter((word) => word >>> 28 === TRACE.functionReference).map((word) => word & 0x0fff_ffff);
  return {
    start,
    end,
    value: undefined,
    functions,
  };
}

/** An expression that is one function reference; undefined, and nothing read, for any other. */
function readOneReference(reader: ByteReader, walk: InstructionWalk): number | undefined {
  const start = reader.position;
  reader.position++;
  const target = reader.u32('a function index');
  if (target < walk.functions && reader.peek() === OPERATOR.end) {
    reader.position++;
    walk.tallyReference();
    return target;
  }
  reader.position = start;
  return undefined;
}

type Known = bigint | undefined;

/** Bytes of an expression that is computed; what is longer names nothing that facts need. */
const COMPUTED_BYTES = 256;

/**
 * An expression of constants, globals and sums of them, which is how addresses are put together; undefined, and
 * nothing read or reported, for any other.
 */
function readSum(
  reader: ByteReader,
  walk: InstructionWalk,
  globals: readonly (Integer | undefined)[],
): { readonly value: Known } | undefined {
  const start = reader.position;
  const { onPadded } = reader;
  const padded: number[] = [];
  reader.onPadded = (offset) => padded.push(offset);
  const opcodes: number[] = [];
  const stack: Known[] = [];
  let ended = false;
  while (!ended && reader.position - start < COMPUTED_BYTES) {
    const opcode = reader.peek();
    if (opcode !== OPERATOR.end && !step(reader, opcode, stack, globals)) break;
    opcodes.push(opcode);
    ended = opcode === OPERATOR.end;
  }
  reader.onPadded = onPadded;
  if (!ended) {
    reader.position = start;
    return undefined;
  }
  reader.position++;
  for (const offset of padded) onPadded?.(offset);
  for (const opcode of opcodes) {
    walk.histogram[opcode] = (walk.histogram[opcode] ?? 0) + 1;
    if (OPERATIONS.has(opcode)) walk.features.add('extended-const');
  }
  return { value: stack.length === 1 ? stack[0] : undefined };
}

/** Carries out one instruction; false where it is none of those that are computed. */
function step(reader: ByteReader, opcode: number, stack: Known[], globals: readonly (Integer | undefined)[]): boolean {
  if (opcode < 0) return false;
  reader.position++;
  if (opcode === OPERATOR.i32Const) stack.push(BigInt(reader.s32('a constant') >>> 0));
  else if (opcode === OPERATOR.i64Const) stack.push(BigInt.asUintN(64, reader.s64('a constant')));
  else if (opcode === OPERATOR.globalGet) stack.push(toBigInt(globals[reader.u32('a global')]));
  else {
    const operation = OPERATIONS.get(opcode);
    if (operation === undefined) return false;
    const right = stack.pop();
    const left = stack.pop();
    stack.push(left === undefined || right === undefined ? undefined : operation(left, right));
  }
  return true;
}

function countSums({ histogram }: InstructionWalk): number {
  let count = 0;
  for (const opcode of OPERATIONS.keys()) count += histogram[opcode] ?? 0;
  return count;
}

function toBigInt(value: Integer | undefined): Known {
  return value === undefined ? undefined : BigInt(value);
}

const OPERATIONS: ReadonlyMap<number, (left: bigint, right: bigint) => bigint> = new Map([
  [0x6a, (left: bigint, right: bigint) => BigInt.asUintN(32, left + right)],
  [0x6b, (left: bigint, right: bigint) => BigInt.asUintN(32, left - right)],
  [0x6c, (left: bigint, right: bigint) => BigInt.asUintN(32, left * right)],
  [0x7c, (left: bigint, right: bigint) => BigInt.asUintN(64, left + right)],
  [0x7d, (left: bigint, right: bigint) => BigInt.asUintN(64, left - right)],
  [0x7e, (left: bigint, right: bigint) => BigInt.asUintN(64, left * right)],
]);
