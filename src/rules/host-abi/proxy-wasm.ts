import { hostFunctions } from './host-function.ts';

/**
 * Proxy-Wasm ABI 0.1.0 to 0.2.1, module `env`. What works on the request at hand carries no capability: that is
 * what a filter is for. Calls that leave the proxy are net.
 */
export const PROXY_WASM = hostFunctions([
  { capability: 'stdio', functions: { proxy_log: 'iii:i' } },
  {
    capability: 'clock',
    functions: { proxy_get_current_time_nanoseconds: 'i:i', proxy_set_tick_period_milliseconds: 'i:i' },
  },
  {
    capability: 'net',
    functions: {
      proxy_http_call: 'iiiiiiiiii:i',
      proxy_grpc_call: 'iiiiiiiiiiii:i',
      proxy_grpc_stream: 'iiiiiiiii:i',
      proxy_grpc_send: 'iiii:i',
      proxy_grpc_cancel: 'i:i',
      proxy_grpc_close: 'i:i',
    },
  },
  {
    capability: 'host:env.proxy_call_foreign_function',
    functions: { proxy_call_foreign_function: 'iiiiii:i' },
  },
  {
    functions: {
      proxy_get_log_level: 'i:i',
      proxy_get_configuration: 'ii:i',
      proxy_get_property: 'iiii:i',
      proxy_set_property: 'iiii:i',
      proxy_get_header_map_pairs: 'iii:i',
      proxy_set_header_map_pairs: 'iii:i',
      proxy_get_header_map_size: 'ii:i',
      proxy_get_header_map_value: 'iiiii:i',
      proxy_add_header_map_value: 'iiiii:i',
      proxy_replace_header_map_value: 'iiiii:i',
      proxy_remove_header_map_value: 'iii:i',
      proxy_get_buffer_bytes: 'iiiii:i',
      proxy_get_buffer_status: 'iii:i',
      proxy_set_buffer_bytes: 'iiiii:i',
      proxy_continue_stream: 'i:i',
      proxy_close_stream: 'i:i',
      proxy_continue_request: ':i',
      proxy_continue_response: ':i',
      proxy_clear_route_cache: ':i',
      proxy_send_local_response: 'iiiiiiii:i',
      proxy_get_shared_data: 'iiiii:i',
      proxy_set_shared_data: 'iiiii:i',
      proxy_register_shared_queue: 'iii:i',
      proxy_resolve_shared_queue: 'iiiii:i',
      proxy_enqueue_shared_queue: 'iii:i',
      proxy_dequeue_shared_queue: 'iii:i',
      proxy_get_status: 'iii:i',
      proxy_set_effective_context: 'i:i',
      proxy_done: ':i',
      proxy_define_metric: 'iiii:i',
      proxy_increment_metric: 'iI:i',
      proxy_record_metric: 'iI:i',
      proxy_get_metric: 'ii:i',
    },
  },
]);
