import type { Policy } from '#model/policy';

/**
 * Emscripten modules with their JavaScript. Its optimiser shortens import names and imports the memory, so neither
 * asks for a person here; what its own library does not define has to be declared as host:env.<name>.
 */
export const emscripten: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['fs', 'net', 'host:*'],
    review: ['process', 'threads'],
  },
  imports: {
    allow: [
      'env.*',
      'a.*',
      'wasi_snapshot_preview1.*',
      'GOT.mem.*',
      'GOT.func.*',
      'global.*',
      'global.Math.*',
      'asm2wasm.*',
    ],
  },
  rules: { ASY140: 'note', ASY150: 'note' },
};
