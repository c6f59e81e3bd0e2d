import type { Capability } from '#model/capability';
import type { ErrorCode } from '#model/errors';
import type { AbiKind } from '#model/manifest';

/** How a result is read; `auto` goes by the conventions of docs/running.md. */
export type ResultKind = 'auto' | 'number' | 'text';

/** A plain string is read as the export's signature asks: a number or a text. `{ text }` is always a text. */
export type RunArgument = string | number | bigint | { readonly text: string };

export interface RunRequest {
  readonly bytes: Uint8Array;
  readonly abi: { readonly kind: AbiKind };
  /** What the host gives. A call to anything else ends the run with CAPABILITY_DENIED. */
  readonly capabilities: readonly Capability[];
  /** The export to call; left out, a command's `_start` is run. */
  readonly export?: string;
  /** Arguments of the export, or the command's arguments after its name. */
  readonly args: readonly RunArgument[];
  readonly result?: ResultKind;
  /** What the plugin reads from standard input; needs `stdio`. */
  readonly stdin?: string;
  /** Folders by the name under which the plugin sees them; needs `fs`. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Variables the plugin sees; needs `env`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: 10 seconds. */
  readonly timeoutMs?: number;
  /** Most bytes of the module's memory; growing past it fails inside the module. Default: 256 MiB. */
  readonly maxMemoryBytes?: number;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** What the export returned, or a command's exit code; undefined for an export that returns nothing. */
  readonly result: number | bigint | string | undefined;
}

/** What the plugin's process answers. */
export type HostAnswer =
  | { readonly ok: true; readonly value: RunResult }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
      readonly stdout: string;
      readonly stderr: string;
    };
