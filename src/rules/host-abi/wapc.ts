import { hostFunctions } from './host-function.ts';

/** waPC guests (Kubewarden policies among them), module `wapc`. Any host operation goes through `__host_call`. */
export const WAPC_MODULE = 'wapc';

export const WAPC = hostFunctions([
  { capability: 'stdio', functions: { __console_log: 'ii:' } },
  { capability: 'host:wapc.__host_call', functions: { __host_call: 'iiiiiiii:i' } },
  {
    functions: {
      __guest_request: 'ii:',
      __guest_response: 'ii:',
      __guest_error: 'ii:',
      __host_response_len: ':i',
      __host_response: 'i:',
      __host_error_len: ':i',
      __host_error: 'i:',
    },
  },
]);
