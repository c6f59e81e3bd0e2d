import type { Feature } from './features.ts';

/**
 * The instruction set (WebAssembly 3.0, section 5.4, and proposals that toolchains emit) as one table: for every
 * opcode the shape of its immediates and the proposal it belongs to. Prefixed opcodes continue behind the 256 plain
 * ones, so that one number names an operator everywhere, in the histogram too.
 */
export const PREFIX_GC = 0xfb;
export const PREFIX_MISC = 0xfc;
export const PREFIX_SIMD = 0xfd;
export const PREFIX_ATOMIC = 0xfe;

/** First number and how many sub-opcodes each prefix has room for. */
export const PREFIXES = {
  [PREFIX_GC]: { base: 256, room: 64 },
  [PREFIX_MISC]: { base: 320, room: 32 },
  [PREFIX_SIMD]: { base: 352, room: 512 },
  [PREFIX_ATOMIC]: { base: 864, room: 160 },
} as const;

/** Counted like an operator: growth of a memory or table inside a loop. */
export const GROW_IN_LOOP = 1024;
export const OPERATOR_COUNT = 1025;

/** Bytes of an i64.const's number from which on it has 63 bits, as eight characters have. */
export const WIDE_NUMBER = 9;

export function isPrefix(opcode: number): opcode is keyof typeof PREFIXES {
  return opcode >= PREFIX_GC && opcode <= PREFIX_ATOMIC;
}

/** Shapes of immediates. */
export const SHAPE = {
  unknown: 0,
  none: 1,
  /** One index whose space matters to nobody here: local, global, label, tag, field, data, element. */
  index: 2,
  twoIndices: 3,
  memoryArgument: 4,
  block: 5,
  loop: 6,
  if: 7,
  else: 8,
  end: 9,
  call: 10,
  callIndirect: 11,
  callReference: 12,
  functionReference: 13,
  branch: 14,
  branchTable: 15,
  i32: 16,
  i64: 17,
  f32: 18,
  f64: 19,
  selectTyped: 20,
  heapType: 21,
  tryTable: 22,
  try: 23,
  catch: 24,
  delegate: 25,
  branchCast: 26,
  memory: 27,
  tableGet: 28,
  tableWrite: 29,
  tableInit: 30,
  tableCopy: 31,
  dataAndMemory: 32,
  data: 33,
  type: 34,
  typeAndCount: 35,
  typeAndIndex: 36,
  typeAndData: 37,
  lane: 38,
  memoryLane: 39,
  bytes16: 40,
  fence: 41,
  throw: 42,
  resume: 43,
  resumeThrow: 44,
  typeAndTag: 46,
  catchAll: 47,
  atomicMemoryArgument: 48,
  orderedIndex: 49,
  orderedTableGet: 50,
  orderedTableWrite: 51,
  orderedTypeAndIndex: 52,
  orderedType: 53,
} as const;

export type Shape = (typeof SHAPE)[keyof typeof SHAPE];

/** `[first, last, shape, feature?]`; a later row overrides an earlier one. */
type Row = readonly [number, number, Shape, Feature?];

const PLAIN: readonly Row[] = [
  [0x00, 0x01, SHAPE.none],
  [0x02, 0x02, SHAPE.block],
  [0x03, 0x03, SHAPE.loop],
  [0x04, 0x04, SHAPE.if],
  [0x05, 0x05, SHAPE.else],
  [0x06, 0x06, SHAPE.try, 'legacy-exceptions'],
  [0x07, 0x07, SHAPE.catch, 'legacy-exceptions'],
  [0x08, 0x08, SHAPE.throw],
  [0x09, 0x09, SHAPE.index, 'legacy-exceptions'],
  [0x0a, 0x0a, SHAPE.none, 'exceptions'],
  [0x0b, 0x0b, SHAPE.end],
  [0x0c, 0x0d, SHAPE.branch],
  [0x0e, 0x0e, SHAPE.branchTable],
  [0x0f, 0x0f, SHAPE.none],
  [0x10, 0x10, SHAPE.call],
  [0x11, 0x11, SHAPE.callIndirect],
  [0x12, 0x12, SHAPE.call, 'tail-call'],
  [0x13, 0x13, SHAPE.callIndirect, 'tail-call'],
  [0x14, 0x14, SHAPE.callReference, 'function-references'],
  [0x15, 0x15, SHAPE.callReference, 'tail-call'],
  [0x18, 0x18, SHAPE.delegate, 'legacy-exceptions'],
  [0x19, 0x19, SHAPE.catchAll, 'legacy-exceptions'],
  [0x1a, 0x1b, SHAPE.none],
  [0x1c, 0x1c, SHAPE.selectTyped, 'reference-types'],
  [0x1f, 0x1f, SHAPE.tryTable, 'exceptions'],
  [0x20, 0x24, SHAPE.index],
  [0x25, 0x25, SHAPE.tableGet, 'reference-types'],
  [0x26, 0x26, SHAPE.tableWrite, 'reference-types'],
  [0x28, 0x3e, SHAPE.memoryArgument],
  [0x3f, 0x40, SHAPE.memory],
  [0x41, 0x41, SHAPE.i32],
  [0x42, 0x42, SHAPE.i64],
  [0x43, 0x43, SHAPE.f32],
  [0x44, 0x44, SHAPE.f64],
  [0x45, 0xbf, SHAPE.none],
  [0xc0, 0xc4, SHAPE.none, 'sign-ext'],
  [0xd0, 0xd0, SHAPE.heapType, 'reference-types'],
  [0xd1, 0xd1, SHAPE.none, 'reference-types'],
  [0xd2, 0xd2, SHAPE.functionReference, 'reference-types'],
  [0xd3, 0xd3, SHAPE.none, 'gc'],
  [0xd4, 0xd4, SHAPE.none, 'function-references'],
  [0xd5, 0xd6, SHAPE.branch, 'function-references'],
  [0xe0, 0xe0, SHAPE.type, 'stack-switching'],
  [0xe1, 0xe1, SHAPE.twoIndices, 'stack-switching'],
  [0xe2, 0xe2, SHAPE.throw, 'stack-switching'],
  [0xe3, 0xe3, SHAPE.resume, 'stack-switching'],
  [0xe4, 0xe4, SHAPE.resumeThrow, 'stack-switching'],
  [0xe5, 0xe5, SHAPE.resume, 'stack-switching'],
  [0xe6, 0xe6, SHAPE.typeAndTag, 'stack-switching'],
];

const GC: readonly Row[] = [
  [0, 1, SHAPE.type, 'gc'],
  [2, 5, SHAPE.typeAndIndex, 'gc'],
  [6, 7, SHAPE.type, 'gc'],
  [8, 8, SHAPE.typeAndCount, 'gc'],
  [9, 9, SHAPE.typeAndData, 'gc'],
  [10, 10, SHAPE.typeAndIndex, 'gc'],
  [11, 14, SHAPE.type, 'gc'],
  [15, 15, SHAPE.none, 'gc'],
  [16, 16, SHAPE.type, 'gc'],
  [17, 17, SHAPE.typeAndIndex, 'gc'],
  [18, 18, SHAPE.typeAndData, 'gc'],
  [19, 19, SHAPE.typeAndIndex, 'gc'],
  [20, 23, SHAPE.heapType, 'gc'],
  [24, 25, SHAPE.branchCast, 'gc'],
  [26, 30, SHAPE.none, 'gc'],
  [32, 34, SHAPE.type, 'custom-descriptors'],
  [35, 36, SHAPE.heapType, 'custom-descriptors'],
  [37, 38, SHAPE.branchCast, 'custom-descriptors'],
];

const MISC: readonly Row[] = [
  [0, 7, SHAPE.none, 'nontrapping-fptoint'],
  [8, 8, SHAPE.dataAndMemory, 'bulk-memory'],
  [9, 9, SHAPE.data, 'bulk-memory'],
  [10, 10, SHAPE.twoIndices, 'bulk-memory'],
  [11, 11, SHAPE.index, 'bulk-memory'],
  [12, 12, SHAPE.tableInit, 'bulk-memory'],
  [13, 13, SHAPE.index, 'bulk-memory'],
  [14, 14, SHAPE.tableCopy, 'bulk-memory'],
  [15, 15, SHAPE.tableWrite, 'reference-types'],
  [16, 16, SHAPE.tableGet, 'reference-types'],
  [17, 17, SHAPE.tableWrite, 'reference-types'],
  [18, 18, SHAPE.index, 'memory-control'],
  [19, 22, SHAPE.none, 'wide-arithmetic'],
];

/** Sub-opcodes of the SIMD prefix that no instruction has. */
const SIMD_HOLES = [
  0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2,
  0xee,
];

const SIMD: readonly Row[] = [
  [0x00, 0x0b, SHAPE.memoryArgument, 'simd'],
  [0x0c, 0x0d, SHAPE.bytes16, 'simd'],
  [0x0e, 0x14, SHAPE.none, 'simd'],
  [0x15, 0x22, SHAPE.lane, 'simd'],
  [0x23, 0x53, SHAPE.none, 'simd'],
  [0x54, 0x5b, SHAPE.memoryLane, 'simd'],
  [0x5c, 0x5d, SHAPE.memoryArgument, 'simd'],
  [0x5e, 0xff, SHAPE.none, 'simd'],
  ...SIMD_HOLES.map((hole): Row => [hole, hole, SHAPE.unknown]),
  [0x100, 0x113, SHAPE.none, 'relaxed-simd'],
];

const ATOMIC: readonly Row[] = [
  [0x00, 0x02, SHAPE.memoryArgument, 'threads'],
  [0x03, 0x03, SHAPE.fence, 'threads'],
  [0x04, 0x04, SHAPE.none, 'shared-everything-threads'],
  [0x10, 0x4e, SHAPE.atomicMemoryArgument, 'threads'],
  [0x4f, 0x57, SHAPE.orderedIndex, 'shared-everything-threads'],
  [0x58, 0x58, SHAPE.orderedTableGet, 'shared-everything-threads'],
  [0x59, 0x5b, SHAPE.orderedTableWrite, 'shared-everything-threads'],
  [0x5c, 0x66, SHAPE.orderedTypeAndIndex, 'shared-everything-threads'],
  [0x67, 0x71, SHAPE.orderedType, 'shared-everything-threads'],
  [0x72, 0x72, SHAPE.none, 'shared-everything-threads'],
];

export const OPERATOR_SHAPES = new Uint8Array(OPERATOR_COUNT);
const OPERATOR_FEATURES: (Feature | undefined)[] = new Array(OPERATOR_COUNT).fill(undefined);

function enter(base: number, rows: readonly Row[]): void {
  for (const [first, last, shape, feature] of rows) {
    for (let opcode = first; opcode <= last; opcode++) {
      OPERATOR_SHAPES[base + opcode] = shape;
      OPERATOR_FEATURES[base + opcode] = feature;
    }
  }
}

enter(0, PLAIN);
enter(PREFIXES[PREFIX_GC].base, GC);
enter(PREFIXES[PREFIX_MISC].base, MISC);
enter(PREFIXES[PREFIX_SIMD].base, SIMD);
enter(PREFIXES[PREFIX_ATOMIC].base, ATOMIC);

/** The proposal an operator belongs to; undefined for those of the first version of WebAssembly. */
export function operatorFeature(operator: number): Feature | undefined {
  return OPERATOR_FEATURES[operator];
}

/** Operators that something asks for by name. */
export const OPERATOR = {
  end: 0x0b,
  callIndirect: 0x11,
  localGet: 0x20,
  globalGet: 0x23,
  tableGet: 0x25,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  functionReference: 0xd2,
  externToAny: PREFIXES[PREFIX_GC].base + 26,
  anyToExtern: PREFIXES[PREFIX_GC].base + 27,
  tableGrow: PREFIXES[PREFIX_MISC].base + 15,
  v128Const: PREFIXES[PREFIX_SIMD].base + 12,
} as const;
