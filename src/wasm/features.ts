/**
 * WebAssembly proposals and conventions by the names that toolchains and webassembly.org use. Those of WebAssembly
 * 3.0 stand in STANDARD; the others are still proposals or deprecated.
 */
export const STANDARD_FEATURES = [
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
] as const;

export const PROPOSED_FEATURES = [
  'threads',
  'legacy-exceptions',
  'custom-page-sizes',
  'wide-arithmetic',
  'custom-descriptors',
  'stack-switching',
  'shared-everything-threads',
  'memory-control',
  'branch-hinting',
  'compact-imports',
  'acquire-release-atomics',
  'dylink',
] as const;

export const COMPONENT_FEATURES = [
  'component-model',
  'component-model-async',
  'component-model-values',
  'component-model-threading',
  'component-model-cancellable',
  'component-model-gc',
  'component-model-name-attributes',
  'component-model-nested-names',
  'component-model-error-context',
  'component-model-fixed-length-lists',
  'component-model-map',
] as const;

export const FEATURES = [...STANDARD_FEATURES, ...PROPOSED_FEATURES, ...COMPONENT_FEATURES] as const;

export type Feature = (typeof FEATURES)[number];
export type FeatureSet = Set<Feature>;
