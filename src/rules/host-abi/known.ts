import type { AbiKind } from '#model/manifest';
import type { FuncType } from '#model/module-facts';
import { ASSEMBLYSCRIPT } from './assemblyscript.ts';
import { EXTISM, EXTISM_MODULE } from './extism.ts';
import type { HostFunctions } from './host-function.ts';
import { PROXY_WASM } from './proxy-wasm.ts';
import { legalised, parseSignature } from './signature.ts';
import { WAPC, WAPC_MODULE } from './wapc.ts';
import { WASI_PREVIEW1, WASI_PREVIEW1_MODULES, WASI_THREADS } from './wasi-preview1.ts';

/** A host module whose functions are all known. */
export interface KnownModule {
  readonly module: string;
  /** What people call the interface. */
  readonly interface: string;
  readonly functions: HostFunctions;
}

/** Every host module whose whole function list is published. `env` is nobody's alone and is not among them. */
export const KNOWN_MODULES: readonly KnownModule[] = [
  ...WASI_PREVIEW1_MODULES.map((module) => ({ module, interface: 'WASI preview 1', functions: WASI_PREVIEW1 })),
  { module: 'wasi', interface: 'WASI threads', functions: WASI_THREADS },
  { module: EXTISM_MODULE, interface: 'Extism', functions: EXTISM },
  { module: WAPC_MODULE, interface: 'waPC', functions: WAPC },
];

/** The published table that speaks about functions of this module under this ABI, `env` included. */
export function tableFor(module: string, abi: AbiKind): KnownModule | undefined {
  const known = KNOWN_MODULES.find((candidate) => candidate.module === module);
  if (known !== undefined || module !== 'env') return known;
  if (abi === 'proxy-wasm') return { module, interface: 'Proxy-Wasm', functions: PROXY_WASM };
  return abi === 'custom' || abi === 'wasi-p1' || abi === 'extism'
    ? { module, interface: 'AssemblyScript', functions: ASSEMBLYSCRIPT }
    : undefined;
}

/** Signatures under which a host answers a function. Emscripten's JavaScript also takes an i64 as two i32 halves. */
export function acceptedSignatures(shorthand: string, abi: AbiKind): readonly FuncType[] {
  const type = parseSignature(shorthand);
  return abi === 'emscripten' && shorthand.includes('I') ? [type, legalised(type)] : [type];
}
