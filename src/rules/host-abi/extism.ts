import { hostFunctions } from './host-function.ts';

/** The module that Extism's kernel answers; functions of the embedding application stand in EXTISM_USER_MODULE. */
export const EXTISM_MODULE = 'extism:host/env';
export const EXTISM_USER_MODULE = 'extism:host/user';

/** Extism's kernel and runtime functions, version 1. Memory offsets are i64. */
export const EXTISM = hostFunctions([
  {
    functions: {
      alloc: 'I:I',
      free: 'I:',
      length: 'I:I',
      length_unsafe: 'I:I',
      load_u8: 'I:i',
      load_u64: 'I:I',
      store_u8: 'Ii:',
      store_u64: 'II:',
      input_length: ':I',
      input_offset: ':I',
      input_load_u8: 'I:i',
      input_load_u64: 'I:I',
      output_set: 'II:',
      output_offset: ':I',
      output_length: ':I',
      error_set: 'I:',
      error_get: ':I',
      config_get: 'I:I',
      var_get: 'I:I',
      var_set: 'II:',
      get_log_level: ':i',
      reset: ':',
      memory_bytes: ':I',
    },
  },
  { capability: 'net', functions: { http_request: 'II:I', http_status_code: ':i', http_headers: ':I' } },
  {
    capability: 'stdio',
    functions: { log_trace: 'I:', log_debug: 'I:', log_info: 'I:', log_warn: 'I:', log_error: 'I:' },
  },
]);
