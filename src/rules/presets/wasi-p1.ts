import type { Policy } from '#model/policy';

/** WASI preview 1 commands and reactors. What a libc or a language runtime links by itself needs no declaration. */
export const wasiP1: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['fs'],
    review: ['net', 'process', 'threads'],
  },
  imports: { allow: ['wasi_snapshot_preview1.*', 'wasi_unstable.*', 'wasi.thread-spawn'] },
};
