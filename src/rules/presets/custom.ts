import type { Policy } from '#model/policy';
import { assemblyscriptImports } from './assemblyscript-imports.ts';

/** Hosts of one's own: no import passes that the policy does not list, but for what AssemblyScript's runtime needs. */
export const custom: Policy = {
  extends: ['assay:common@1'],
  capabilities: { imply: ['stdio', 'clock', 'random'], review: ['args', 'env', 'fs', 'net', 'process', 'threads'] },
  imports: { allow: assemblyscriptImports },
};
