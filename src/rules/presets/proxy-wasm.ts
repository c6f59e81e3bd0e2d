import type { Policy } from '#model/policy';
import { PROXY_WASM } from '../host-abi/proxy-wasm.ts';
import { assemblyscriptImports } from './assemblyscript-imports.ts';

/** Proxy-Wasm filters. What works on the request at hand is free; calls that leave the proxy are declared. What one proxy offers besides the ABI is for its registry to list. */
export const proxyWasm: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['net', 'host:env.proxy_call_foreign_function'],
    review: ['fs', 'process', 'threads'],
  },
  imports: {
    allow: [
      ...Object.keys(PROXY_WASM).map((name) => `env.${name}`),
      'wasi_snapshot_preview1.*',
      'wasi_unstable.*',
      ...assemblyscriptImports,
    ],
  },
};
