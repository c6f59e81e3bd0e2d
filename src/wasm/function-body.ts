import type { ByteReader } from './byte-reader.ts';
import { malformed, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import {
  readBlockType,
  readIndex,
  readLocals,
  readOperator,
  readOrder,
  skipCatches,
  skipHandlers,
  skipImmediates,
  skipLabels,
} from './instruction-encoding.ts';
import { EXTENDED, TRACE } from './instruction-trace.ts';
import { LIMITS } from './limits.ts';
import { GROW_IN_LOOP, OPERATOR, OPERATOR_COUNT, OPERATOR_SHAPES, SHAPE, WIDE_NUMBER } from './operators.ts';
import { readHeapType } from './value-types.ts';

/** The sizes of the index spaces that instructions point into. */
export interface IndexSpaces {
  readonly types: number;
  readonly functions: number;
  readonly tables: number;
  /** Whether a data count section was there; without it no instruction may name a data segment. */
  readonly dataCount: boolean;
}

const KIND_SHIFT = 28;

/**
 * Walks instructions one after the other, without validating types: the readable reference that the compiled kernel
 * is compared with, and the one that words every error. Counts add up over all bodies until `reset`.
 */
export class InstructionWalk {
  /** How often each operator occurs, over everything walked. */
  readonly histogram: Uint32Array;
  readonly features: FeatureSet;

  operators = 0;
  calls = 0;
  indirectCalls = 0;
  loopDepth = 0;
  blockDepth = 0;
  locals = 0;
  trace: number[] = [];
  /** Where constants of the body begin that may be eight characters or more. */
  wideConstants: number[] = [];

  private readonly spaces: IndexSpaces;
  private blocks = new Uint8Array(256);

  constructor(spaces: IndexSpaces, features: FeatureSet, histogram: Uint32Array = new Uint32Array(OPERATOR_COUNT)) {
    this.histogram = histogram;
    this.spaces = spaces;
    this.features = features;
  }

  private reset(): void {
    this.operators = 0;
    this.calls = 0;
    this.indirectCalls = 0;
    this.loopDepth = 0;
    this.blockDepth = 0;
    this.locals = 0;
    this.trace.length = 0;
    this.wideConstants.length = 0;
  }

  /** One function body, locals first (section 5.5.13). The reader's window is exactly the body. */
  body(reader: ByteReader): void {
    this.reset();
    this.locals = readLocals(reader, this.features);
    this.expression(reader);
    if (!reader.done) {
      throw malformed(reader.position, 'Section size mismatch: bytes follow the end of a function', 'the body to end');
    }
  }

  /** An expression with its closing `end`; a constant expression when no locals came before. */
  expression(reader: ByteReader): void {
    const blocks = { depth: 1, loops: 0 };
    this.blocks[0] = 0;
    while (blocks.depth > 0) {
      if (reader.done) {
        throw malformed(reader.end, 'END opcode expected: the body ends inside a block', 'the opcode 0x0b (end)');
      }
      this.instruction(reader, blocks);
    }
  }

  private instruction(reader: ByteReader, blocks: { depth: number; loops: number }): void {
    const start = reader.position;
    const operator = readOperator(reader);
    this.operators++;
    this.tally(operator);
    const shape = OPERATOR_SHAPES[operator] ?? SHAPE.unknown;
    switch (shape) {
      case SHAPE.block:
      case SHAPE.if:
      case SHAPE.try:
        this.blockType(reader);
        this.open(reader, blocks, false);
        return;
      case SHAPE.loop:
        this.blockType(reader);
        this.open(reader, blocks, true);
        return;
      case SHAPE.else:
      case SHAPE.catchAll:
        return;
      case SHAPE.catch:
      case SHAPE.throw:
        reader.u32('a tag index');
        this.extend(EXTENDED.tags, 1, 0);
        return;
      case SHAPE.end:
        this.close(blocks);
        return;
      case SHAPE.delegate:
        reader.u32('a label');
        this.close(blocks);
        return;
      case SHAPE.branch:
        reader.u32('a label');
        return;
      case SHAPE.branchTable:
        skipLabels(reader);
        return;
      case SHAPE.branchCast:
        if (reader.byte('cast flags') > 3) throw malformed(start, 'Malformed cast flags', 'a number below 4');
        reader.u32('a label');
        readHeapType(reader, this.features);
        readHeapType(reader, this.features);
        return;
      case SHAPE.call:
        this.calls++;
        this.emit(TRACE.call, readIndex(reader, 'function', this.spaces.functions));
        return;
      case SHAPE.functionReference:
        this.emit(TRACE.functionReference, readIndex(reader, 'function', this.spaces.functions));
        return;
      case SHAPE.callIndirect: {
        this.indirectCalls++;
        const type = readIndex(reader, 'type', this.spaces.types);
        const table = readIndex(reader, 'table', this.spaces.tables);
        if (table === 0) this.emit(TRACE.callIndirect, type);
        else this.extend(EXTENDED.callIndirect, type, table);
        return;
      }
      case SHAPE.callReference:
        this.indirectCalls++;
        this.emit(TRACE.callReference, readIndex(reader, 'type', this.spaces.types));
        return;
      case SHAPE.memory:
        reader.u32('a memory index');
        if (operator === OPERATOR.memoryGrow && blocks.loops > 0) this.tally(GROW_IN_LOOP);
        return;
      case SHAPE.tableGet:
        readIndex(reader, 'table', this.spaces.tables);
        return;
      case SHAPE.tableWrite:
        this.extend(EXTENDED.tableWrite, readIndex(reader, 'table', this.spaces.tables), 0);
        if (operator === OPERATOR.tableGrow && blocks.loops > 0) this.tally(GROW_IN_LOOP);
        return;
      case SHAPE.tableInit: {
        const segment = reader.u32('an element segment');
        this.extend(EXTENDED.tableInit, readIndex(reader, 'table', this.spaces.tables), segment);
        return;
      }
      case SHAPE.tableCopy: {
        const to = readIndex(reader, 'table', this.spaces.tables);
        this.extend(EXTENDED.tableCopy, to, readIndex(reader, 'table', this.spaces.tables));
        return;
      }
      case SHAPE.dataAndMemory:
        this.data(reader, start);
        reader.u32('a memory index');
        return;
      case SHAPE.data:
        this.data(reader, start);
        return;
      case SHAPE.type:
        this.extend(EXTENDED.build, readIndex(reader, 'type', this.spaces.types), 0);
        return;
      case SHAPE.typeAndIndex:
        readIndex(reader, 'type', this.spaces.types);
        reader.u32('an index');
        return;
      case SHAPE.typeAndData:
        readIndex(reader, 'type', this.spaces.types);
        this.data(reader, start);
        return;
      case SHAPE.typeAndCount:
        readIndex(reader, 'type', this.spaces.types);
        this.extend(EXTENDED.operands, reader.u32('a number of elements'), 0);
        return;
      case SHAPE.tryTable:
        this.tryTable(reader, blocks);
        return;
      case SHAPE.resume:
        readIndex(reader, 'type', this.spaces.types);
        skipHandlers(reader);
        return;
      case SHAPE.resumeThrow:
        readIndex(reader, 'type', this.spaces.types);
        reader.u32('a tag index');
        skipHandlers(reader);
        return;
      case SHAPE.typeAndTag:
        readIndex(reader, 'type', this.spaces.types);
        reader.u32('a tag index');
        return;
      case SHAPE.orderedTableGet:
        readOrder(reader);
        readIndex(reader, 'table', this.spaces.tables);
        return;
      case SHAPE.orderedTableWrite:
        readOrder(reader);
        this.extend(EXTENDED.tableWrite, readIndex(reader, 'table', this.spaces.tables), 0);
        return;
      case SHAPE.orderedTypeAndIndex:
        readOrder(reader);
        readIndex(reader, 'type', this.spaces.types);
        reader.u32('an index');
        return;
      case SHAPE.orderedType:
        readOrder(reader);
        readIndex(reader, 'type', this.spaces.types);
        return;
      default: {
        const at = reader.position;
        if (!skipImmediates(reader, shape, start, this.features)) {
          throw malformed(start, `Illegal opcode ${operator.toString(16)}`, 'a known instruction');
        }
        const longNumber = operator === OPERATOR.i64Const && reader.position - at >= WIDE_NUMBER;
        if (longNumber || operator === OPERATOR.v128Const) this.wideConstants.push(at);
      }
    }
  }

  /** Counts expressions that are one integer constant each, which their reader has passed already. */
  tallyConstants(many: number): void {
    this.tally(OPERATOR.i32Const, many);
    this.tally(OPERATOR.end, many);
  }

  /** The same for one function reference. */
  tallyReference(): void {
    this.tally(OPERATOR.functionReference);
    this.tally(OPERATOR.end);
  }

  get functions(): number {
    return this.spaces.functions;
  }

  private tally(operator: number, many = 1): void {
    this.histogram[operator] = (this.histogram[operator] ?? 0) + many;
  }

  private emit(kind: number, operand: number): void {
    this.trace.push(((kind << KIND_SHIFT) | operand) >>> 0);
  }

  private extend(kind: number, first: number, second: number): void {
    this.trace.push(((TRACE.extended << KIND_SHIFT) | kind) >>> 0, first, second);
  }

  private data(reader: ByteReader, start: number): void {
    reader.u32('a data segment');
    if (!this.spaces.dataCount) {
      throw malformed(start, 'Data count section required by an instruction', 'a data count section before the code');
    }
  }

  private blockType(reader: ByteReader): void {
    const type = readBlockType(reader, this.features, this.spaces.types);
    if (type >= 0) this.extend(EXTENDED.blockType, type, 0);
  }

  private open(reader: ByteReader, blocks: { depth: number; loops: number }, loop: boolean): void {
    if (blocks.depth >= LIMITS.blockDepth) {
      throw overLimit(reader.position, `Blocks nested more than ${LIMITS.blockDepth} deep`, LIMITS.blockDepth);
    }
    if (blocks.depth === this.blocks.length) {
      const wider = new Uint8Array(2 * this.blocks.length);
      wider.set(this.blocks);
      this.blocks = wider;
    }
    this.blocks[blocks.depth++] = loop ? 1 : 0;
    if (loop) blocks.loops++;
    if (blocks.loops > this.loopDepth) this.loopDepth = blocks.loops;
    if (blocks.depth > this.blockDepth) this.blockDepth = blocks.depth;
  }

  private close(blocks: { depth: number; loops: number }): void {
    blocks.depth--;
    if (this.blocks[blocks.depth] === 1) blocks.loops--;
  }

  private tryTable(reader: ByteReader, blocks: { depth: number; loops: number }): void {
    this.blockType(reader);
    const catches = skipCatches(reader);
    if (catches > 0) this.extend(EXTENDED.tags, catches, 0);
    this.open(reader, blocks, false);
  }
}
