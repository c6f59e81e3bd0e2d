import type { Abi } from '#model/manifest';

/** Tries a plugin's bytes out before they go into use. */
export interface PluginLoader {
  /** Throws LOAD_FAILED when the engine cannot load them, or not in time. `what` is for messages. */
  check(bytes: Uint8Array, abi: Abi, what: string): Promise<void>;
}
