import type { ModuleFacts } from '#model/module-facts';
import type { Probe } from '#model/probe';

export interface ProbeRequest {
  readonly bytes: Uint8Array;
  readonly facts: ModuleFacts;
  /**
   * Exports to call with zeros for arguments, besides the start section, `_initialize` and `_start`; `nullary` for all
   * that take none.
   */
  readonly calls: readonly string[] | 'nullary';
  readonly timeoutMs: number;
}

/** Loads a module where it can do no harm and watches which imports it calls. */
export interface Prober {
  /** Never fails because of what the module does: that is the result. Throws EXPORT_UNKNOWN for a call it lacks. */
  probe(request: ProbeRequest): Promise<Probe>;
}
