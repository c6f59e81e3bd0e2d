import type { Digest } from '#model/digest';
import type { Abi, Manifest } from '#model/manifest';
import { compile } from '../audited.ts';

/** A module on which one rule speaks, or a near neighbour of such a module on which it keeps silent. */
export interface RuleCase {
  readonly rule: string;
  readonly what: string;
  readonly fires: boolean;
  /** WebAssembly text, or the bytes themselves. */
  readonly module: string | (() => Promise<Uint8Array> | Uint8Array);
  readonly abi?: Abi;
  /** Preset or YAML text; default: the preset of the abi. */
  readonly policy?: string;
  readonly capabilities?: Manifest['capabilities'];
  /** The last approved version. */
  readonly baseline?: string;
  readonly gate?: boolean;
  /** Digest that was promised for the bytes. */
  readonly claimed?: Digest;
  /** What the source builds to. */
  readonly rebuilt?: RuleCase['module'];
  /** Vulnerability records, as OSV writes them. */
  readonly advisories?: readonly object[];
  /** What the message must contain. */
  readonly says?: string;
}

type Rest = Omit<RuleCase, 'rule' | 'what' | 'fires' | 'module'>;

export function fires(rule: string, what: string, module: RuleCase['module'], rest: Rest = {}): RuleCase {
  return { rule, what, fires: true, module, ...rest };
}

export function silent(rule: string, what: string, module: RuleCase['module'], rest: Rest = {}): RuleCase {
  return { rule, what, fires: false, module, ...rest };
}

/** A module that imports one function from WASI preview 1 and calls it from the export `run`. */
export function callsWasi(name: string, params: string, result = '(result i32)'): string {
  const types = params.split(' ').filter((type) => type !== '');
  const values = types.map((type) => `${type}.const 0`).join(' ');
  return `(module
    (import "wasi_snapshot_preview1" "${name}" (func $f (param ${params}) ${result}))
    (memory (export "memory") 1 2)
    (func (export "run") ${values} call $f ${result === '' ? '' : 'drop'}))`;
}

export const FD_WRITE = callsWasi('fd_write', 'i32 i32 i32 i32');
export const PATH_OPEN = callsWasi('path_open', 'i32 i32 i32 i32 i32 i64 i64 i32 i32');
export const SOCK_SEND = callsWasi('sock_send', 'i32 i32 i32 i32 i32');
export const CUSTOM: Abi = { kind: 'custom' };
export const WASI: Abi = { kind: 'wasi-p1' };

/** A module whose one data segment holds this text. */
export function withData(text: string): string {
  const escaped = Array.from(Buffer.from(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return `(module (memory (export "memory") 1 2) (data (i32.const 16) "${escaped}"))`;
}

/** A module that imports a function of `env` and calls it. */
export function callsEnv(name: string, module = 'env'): string {
  return `(module (import "${module}" "${name}" (func $f)) (func (export "run") call $f))`;
}

/** The same with any bytes, assembled. */
export function withBytes(bytes: Uint8Array): Promise<Uint8Array> {
  const escaped = Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return compile(`(module (memory (export "memory") 1 2) (data (i32.const 16) "${escaped}"))`);
}
