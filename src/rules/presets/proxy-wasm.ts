import type { Policy } from '#model/policy';
import { assemblyscriptImports } from './assemblyscript-imports.ts';

/** Proxy-Wasm filters. What works on the request at hand is free; calls that leave the proxy are declared. */
export const proxyWasm: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['net', 'host:env.proxy_call_foreign_function'],
    review: ['fs', 'process', 'threads'],
  },
  imports: { allow: ['env.proxy_*', 'wasi_snapshot_preview1.*', 'wasi_unstable.*', ...assemblyscriptImports] },
};
