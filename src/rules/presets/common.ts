import type { Policy } from '#model/policy';

/** What every preset shares: budgets that no ordinary plugin meets, and trust that the host leaves tables alone. */
export const common: Policy = {
  limits: {
    size: 256 * 1024 * 1024,
    functions: 1_000_000,
    imports: 10_000,
    exports: 100_000,
    initialMemoryPages: 16_384,
    tableElements: 1_000_000,
    dataBytes: 256 * 1024 * 1024,
    nestingDepth: 8,
  },
  // What WebAssembly 3.0 standardised, and what current toolchains write besides.
  features: {
    allow: [
      'mutable-globals',
      'nontrapping-fptoint',
      'sign-ext',
      'multivalue',
      'bulk-memory',
      'reference-types',
      'simd',
      'relaxed-simd',
      'tail-call',
      'extended-const',
      'multi-memory',
      'memory64',
      'table64',
      'function-references',
      'gc',
      'exceptions',
      'threads',
      'legacy-exceptions',
      'branch-hinting',
      'dylink',
      'component-model',
    ],
  },
  outcome: { reject: 'error', flag: 'warning' },
  assume: { hostWritesTables: false },
};
