import type { AbiKind } from '#model/manifest';
import type { Policy } from '#model/policy';
import { common } from './common.ts';
import { component } from './component.ts';
import { consensus } from './consensus.ts';
import { custom } from './custom.ts';
import { emscripten } from './emscripten.ts';
import { extism } from './extism.ts';
import { proxyWasm } from './proxy-wasm.ts';
import { strict } from './strict.ts';
import { wasiP1 } from './wasi-p1.ts';
import { wasmBindgen } from './wasm-bindgen.ts';

/** Every preset by its full name. A published edition never changes; a correction is a new edition. */
export const PRESETS: Readonly<Record<string, Policy>> = {
  'assay:common@1': common,
  'assay:component@1': component,
  'assay:consensus@1': consensus,
  'assay:custom@1': custom,
  'assay:emscripten@1': emscripten,
  'assay:extism@1': extism,
  'assay:proxy-wasm@1': proxyWasm,
  'assay:strict@1': strict,
  'assay:wasi-p1@1': wasiP1,
  'assay:wasm-bindgen@1': wasmBindgen,
};

/** Name of the preset that fits an ABI, in its current edition. */
export function presetFor(kind: AbiKind): string {
  return `assay:${kind}@1`;
}
