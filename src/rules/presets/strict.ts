import type { Policy } from '#model/policy';

/**
 * For registries whose host runs unknown plugins. Extend it after the preset of the ABI: it asks a person about
 * everything that leaves the sandbox, wants a memory maximum, and turns what is information elsewhere into flags.
 */
export const strict: Policy = {
  extends: ['assay:common@1'],
  capabilities: { review: ['args', 'env', 'fs', 'net', 'process', 'threads', 'host:*'] },
  imports: { allow: [] },
  limits: { size: 32 * 1024 * 1024, initialMemoryPages: 1024, maximumMemoryPages: 16_384, nestingDepth: 2 },
  rules: {
    ASY140: 'warning',
    ASY240: 'warning',
    ASY330: 'warning',
    ASY340: 'warning',
  },
};
