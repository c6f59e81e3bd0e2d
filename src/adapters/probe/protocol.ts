import type { ExternType, FuncType } from '#model/module-facts';
import type { Probe } from '#model/probe';

/** What the probe's process gets. */
export interface ProbeOrder {
  readonly bytes: Uint8Array;
  readonly imports: readonly { readonly module: string; readonly name: string; readonly type: ExternType }[];
  /** Exports to call, in order, with their signatures. */
  readonly exports: readonly { readonly name: string; readonly type: FuncType }[];
  readonly timeoutMs: number;
}

/** What it tells while it goes, so that a process that is lost has said how far it came. */
export type ProbeEvent =
  | { readonly kind: 'root'; readonly root: string }
  | { readonly kind: 'call'; readonly import: string }
  | { readonly kind: 'end'; readonly probe: Probe };

/** The root that loading stands for; reachability calls it the same. */
export const LOADING = '(start)';
