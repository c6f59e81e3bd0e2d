import type { Export, Import, ModuleFacts, Section } from '#model/module-facts';

type Toolchain = NonNullable<ModuleFacts['toolchain']>;

/** What the guess is made from. Everything here can be forged, so it informs and never decides. */
interface Traces {
  readonly producers: ModuleFacts['producers'];
  readonly sections: readonly Section[];
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
}

/** Producers that name a toolchain, most telling first. */
const BY_PRODUCER: readonly (readonly [RegExp, string])[] = [
  [/^TinyGo$/i, 'tinygo'],
  [/^Go$/i, 'go'],
  [/^(rustc|Rust)$/, 'rust'],
  [/^(AssemblyScript|asc)$/i, 'assemblyscript'],
  [/^(zig|Zig)$/, 'zig'],
  [/^emscripten$/i, 'emscripten'],
  [/^ComponentizeJS$/i, 'componentize-js'],
  [/^componentize-py$/i, 'componentize-py'],
  [/^(swift|Swift)/, 'swift'],
  [/^(DotNet|dotnet|Mono)/i, 'dotnet'],
  [/^(clang|C_plus_plus|C11|C99|C)$/i, 'clang'],
];

export function guessToolchain({ producers, sections, imports, exports }: Traces): Toolchain | undefined {
  for (const [pattern, guess] of BY_PRODUCER) {
    const found = producers.find(({ name, field }) => pattern.test(name) && (guess !== 'clang' || field !== 'sdk'));
    if (found === undefined) continue;
    const version = found.version === '' ? '' : ` ${found.version}`;
    const sdk = guess === 'clang' && looksLikeEmscripten(imports, exports);
    return { guess: sdk ? 'emscripten' : guess, because: `producers section: ${found.name}${version}` };
  }
  for (const { custom } of sections) {
    if (custom === 'go:buildid' || custom === 'go.buildid') return { guess: 'go', because: `custom section ${custom}` };
    if (custom === '.rustc' || custom === '__wasm_bindgen_unstable' || custom === '.dep-v0') {
      return { guess: 'rust', because: `custom section ${custom}` };
    }
  }
  for (const { module, name } of imports) {
    if (module === 'gojs' || module === 'go') return { guess: 'go', because: `import of ${module}.${name}` };
    if (/^(wbg|__wbindgen_placeholder__)$|^\.\/.*_bg\.js$/.test(module)) {
      return { guess: 'rust', because: `import of ${module}.${name} (wasm-bindgen)` };
    }
    if (module === 'env' && name === 'abort' && exports.every((item) => item.name !== 'stackSave')) {
      const assemblyScript = exports.some((item) => item.name === '__new' || item.name === '__collect');
      if (assemblyScript) return { guess: 'assemblyscript', because: 'export __new and import of env.abort' };
    }
  }
  if (exports.some((item) => item.name.startsWith('__wbindgen_'))) {
    return { guess: 'rust', because: 'exports of wasm-bindgen' };
  }
  if (looksLikeEmscripten(imports, exports))
    return { guess: 'emscripten', because: 'imports and exports of its runtime' };
  return undefined;
}

/** Names of Emscripten's runtime, or its minified namespaces `a` and exports of one or two letters. */
function looksLikeEmscripten(imports: readonly Import[], exports: readonly Export[]): boolean {
  if (imports.some(({ name }) => /^(emscripten_|_emscripten_|invoke_|__syscall_|_embind_|__cxa_)/.test(name)))
    return true;
  if (exports.some(({ name }) => /^(emscripten_|_emscripten_|stackSave$|stackAlloc$|_emscripten_stack)/.test(name))) {
    return true;
  }
  const minified = imports.length > 0 && imports.every(({ module, name }) => module === 'a' && name.length <= 2);
  return minified && exports.length > 0 && exports.every(({ name }) => name.length <= 3 || name.startsWith('_'));
}
