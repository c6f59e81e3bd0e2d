import type { Policy } from '#model/policy';

/** Replicated execution: every node must compute the same, so nothing that may differ between two runs passes. */
export const consensus: Policy = {
  extends: ['assay:common@1'],
  capabilities: { deny: ['args', 'clock', 'env', 'fs', 'net', 'process', 'random', 'stdio', 'threads'] },
  imports: { allow: [] },
  features: { deny: ['relaxed-simd', 'threads', 'legacy-exceptions'] },
  limits: { size: 4 * 1024 * 1024, maximumMemoryPages: 4096, nestingDepth: 0 },
  rules: { ASY240: 'error', ASY300: 'error', ASY301: 'error' },
};
