import type { Policy } from '#model/policy';

/** Components over the WASI 0.2 worlds. Interfaces of the host's own are for its registry to allow by name. */
export const component: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['fs', 'net'],
    review: ['process', 'threads'],
  },
  imports: {
    allow: [
      'wasi:cli/*',
      'wasi:clocks/*',
      'wasi:config/*',
      'wasi:filesystem/*',
      'wasi:http/*',
      'wasi:io/*',
      'wasi:logging/*',
      'wasi:random/*',
      'wasi:sockets/*',
    ],
  },
};
