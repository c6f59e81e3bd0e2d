import type { BuildRecord, Diagnostic } from '#model/build-record';

/** What a build gives. */
export interface BuildResult {
  readonly record: BuildRecord;
  readonly bytes: Uint8Array;
  readonly companions: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  /** The compiler's warnings and notes. */
  readonly diagnostics: readonly Diagnostic[];
  readonly log: string;
  readonly fromCache: boolean;
}
