import { PREFIX_MISC, PREFIX_SIMD, PREFIXES } from './operators.ts';

/** How often operators of a kind occur, for what only a whole module's mix can hint at. */
export interface OperatorMix {
  readonly floats: number;
  readonly bitwise: number;
  readonly loops: number;
  readonly branchTables: number;
}

type Range = readonly [first: number, last: number];

const MISC = PREFIXES[PREFIX_MISC].base;
const SIMD = PREFIXES[PREFIX_SIMD].base;

/** Constants, comparisons, arithmetic and conversions of f32 and f64; loads and stores move bits and do not count. */
const FLOATS: readonly Range[] = [
  [0x43, 0x44],
  [0x5b, 0x66],
  [0x8b, 0xa6],
  [0xa8, 0xab],
  [0xae, 0xbb],
  [MISC, MISC + 7],
  [SIMD + 0x41, SIMD + 0x4c],
  [SIMD + 0x5e, SIMD + 0x5f],
  [SIMD + 0x67, SIMD + 0x6a],
  [SIMD + 0x74, SIMD + 0x75],
  [SIMD + 0x7a, SIMD + 0x7a],
  [SIMD + 0x94, SIMD + 0x94],
  [SIMD + 0xe0, SIMD + 0xff],
];
const BITWISE: readonly Range[] = [
  [0x73, 0x78],
  [0x85, 0x8a],
  [SIMD + 0x51, SIMD + 0x51],
];
const LOOPS: readonly Range[] = [[0x03, 0x03]];
const BRANCH_TABLES: readonly Range[] = [[0x0e, 0x0e]];

/** `histogram` is indexed by the operator numbers of operators.ts. */
export function operatorMix(histogram: Uint32Array): OperatorMix {
  const total = (ranges: readonly Range[]): number =>
    ranges.reduce((sum, [first, last]) => {
      let part = sum;
      for (let operator = first; operator <= last; operator++) part += histogram[operator] ?? 0;
      return part;
    }, 0);
  return { floats: total(FLOATS), bitwise: total(BITWISE), loops: total(LOOPS), branchTables: total(BRANCH_TABLES) };
}
