import type { Policy } from '#model/policy';
import { assemblyscriptImports } from './assemblyscript-imports.ts';

/** Extism plugins. The embedding application's own functions are for its registry to allow by name. */
export const extism: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['fs', 'net'],
    review: ['process', 'threads', 'host:extism:host/user.*'],
  },
  imports: {
    allow: ['extism:host/env.*', 'extism:host/user.*', 'wasi_snapshot_preview1.*', ...assemblyscriptImports],
  },
};
