import type { Policy } from '#model/policy';

/**
 * Modules with the JavaScript that wasm-bindgen writes for them. The values that it hands in may lead anywhere in
 * their host, so what the names of its functions say is all that is told apart; anything but the language's own
 * functions has to be declared.
 */
export const wasmBindgen: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random'],
    allow: ['args', 'env', 'fs', 'net', 'host:*'],
    review: ['process', 'threads'],
  },
  imports: {
    allow: ['wbg.*', '__wbindgen_placeholder__.*', '__wbindgen_externref_xform__.*', './*_bg.js.*'],
  },
};
