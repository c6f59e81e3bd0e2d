import { leb, section } from '../../binary.ts';
import { compile, customSection } from '../audited.ts';
import { byHand, type Hostile, MEMORY } from './trick.ts';

const oneFunction = (body: readonly number[]) =>
  byHand(section(1, [1, 0x60, 0, 0]), section(3, [1, 0]), section(10, [1, ...leb(body.length), ...body]));
const rejected = (trick: string, rule: string, module: Hostile['module']): Hostile => ({
  trick,
  rule,
  abi: 'custom',
  outcome: 'reject',
  module,
});

/** Sizes and layouts that no toolchain writes. */
export const SHAPES: readonly Hostile[] = [
  rejected('a terabyte of memory with wide addresses', 'ASY250', '(module (memory i64 16777216))'),
  rejected('a hundred memories of a gigabyte', 'ASY250', `(module ${'(memory 16000)'.repeat(100)})`),
  rejected('ninety large tables', 'ASY252', `(module ${'(table 900000 funcref)'.repeat(90)})`),
  rejected('blocks sixty thousand deep', 'ASY40', () => {
    const depth = 60_000;
    return oneFunction([
      0,
      ...Array<number[]>(depth).fill([0x02, 0x40]).flat(),
      ...Array<number>(depth + 1).fill(0x0b),
    ])();
  }),
  rejected('sections in the wrong order', 'ASY10', byHand(section(3, [0]), section(1, [0]))),
  rejected('a version that nobody published', 'ASY10', () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0)),
  {
    trick: 'memory of one’s own that threads share',
    rule: 'ASY151',
    abi: 'wasi-p1',
    module: '(module (memory (export "memory") 1 2 shared))',
  },
  {
    trick: 'data that overwrites data at a constant’s address',
    rule: 'ASY271',
    abi: 'custom',
    module: `(module (global $g i32 (i32.const 4)) ${MEMORY} (data (i32.const 0) "harmless") (data (global.get $g) "evil"))`,
  },
  {
    trick: 'two lists of the toolchain',
    rule: 'ASY70',
    abi: 'custom',
    module: async () =>
      Buffer.concat([
        await compile('(module)'),
        customSection('producers', Uint8Array.of(0)),
        customSection('producers', Uint8Array.of(0)),
      ]),
  },
];
