import type { Policy } from '#model/policy';
import { WASI_INTERFACES } from '../host-abi/component-interfaces.ts';

/** Components over the worlds of WASI 0.2 and 0.3. Interfaces of the host's own are for its registry to allow by name. */
export const component: Policy = {
  extends: ['assay:common@1'],
  capabilities: {
    imply: ['stdio', 'clock', 'random', 'args', 'env'],
    allow: ['fs', 'net'],
    review: ['process', 'threads'],
  },
  imports: {
    allow: [...WASI_INTERFACES],
  },
};
