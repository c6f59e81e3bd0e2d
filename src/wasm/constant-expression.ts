import { ByteReader } from './byte-reader.ts';
import type { FeatureSet } from './features.ts';
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
  walk.trace.length = 0;
  walk.expression(reader);
  const end = reader.position;
  const functions =
    walk.trace.length === 0
      ? NO_FUNCTIONS
      : walk.trace.filter((word) => word >>> 28 === TRACE.functionReference).map((word) => word & 0x0fff_ffff);
  return {
    start,
    end,
    value: compute(new ByteReader(reader.bytes, start, end, reader.where), globals, walk.features),
    functions,
  };
}

type Known = bigint | undefined;

function toBigInt(value: Integer | undefined): Known {
  return value === undefined ? undefined : BigInt(value);
}

function compute(reader: ByteReader, globals: readonly (Integer | undefined)[], features: FeatureSet): Known {
  const stack: Known[] = [];
  while (!reader.done) {
    const opcode = reader.byte('an opcode');
    if (opcode === 0x0b) return stack.length === 1 ? stack[0] : undefined;
    if (opcode === 0x41) stack.push(BigInt(reader.s32('a constant') >>> 0));
    else if (opcode === 0x42) stack.push(BigInt.asUintN(64, reader.s64('a constant')));
    else if (opcode === 0x23) stack.push(toBigInt(globals[reader.u32('a global')]));
    else {
      const operation = OPERATIONS.get(opcode);
      if (operation === undefined) return undefined;
      features.add('extended-const');
      const right = stack.pop();
      const left = stack.pop();
      stack.push(left === undefined || right === undefined ? undefined : operation(left, right));
    }
  }
  return undefined;
}

const OPERATIONS: ReadonlyMap<number, (left: bigint, right: bigint) => bigint> = new Map([
  [0x6a, (left: bigint, right: bigint) => BigInt.asUintN(32, left + right)],
  [0x6b, (left: bigint, right: bigint) => BigInt.asUintN(32, left - right)],
  [0x6c, (left: bigint, right: bigint) => BigInt.asUintN(32, left * right)],
  [0x7c, (left: bigint, right: bigint) => BigInt.asUintN(64, left + right)],
  [0x7d, (left: bigint, right: bigint) => BigInt.asUintN(64, left - right)],
  [0x7e, (left: bigint, right: bigint) => BigInt.asUintN(64, left * right)],
]);
