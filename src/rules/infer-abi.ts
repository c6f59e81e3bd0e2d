import type { AbiKind } from '#model/manifest';
import type { ModuleFacts } from '#model/module-facts';
import { emscriptenCapability } from './host-abi/emscripten.ts';
import { PROXY_WASM } from './host-abi/proxy-wasm.ts';
import { isWasmBindgen } from './host-abi/wasm-bindgen.ts';
import { WASI_PREVIEW1_MODULES } from './host-abi/wasi-preview1.ts';

/** The host interface that a module's imports and exports look written against; `custom` when nothing speaks for another. */
export function inferAbi(facts: ModuleFacts): AbiKind {
  if (facts.kind === 'component') return 'component';
  if (facts.imports.some((item) => item.module.startsWith('extism:host/'))) return 'extism';
  if (facts.exports.some(({ name }) => name.startsWith('proxy_abi_version_'))) return 'proxy-wasm';
  if (facts.imports.some(isWasmBindgen)) return 'wasm-bindgen';
  const env = facts.imports.filter((item) => item.module === 'env' && item.type.kind === 'func');
  if (env.some((item) => PROXY_WASM[item.name] !== undefined)) return 'proxy-wasm';
  if (
    looksEmscripten(
      facts,
      env.map((item) => item.name),
    )
  )
    return 'emscripten';
  const isWasi = (module: string) => (WASI_PREVIEW1_MODULES as readonly string[]).includes(module) || module === 'wasi';
  if (facts.imports.some((item) => isWasi(item.module))) return 'wasi-p1';
  if (facts.imports.length === 0 && facts.exports.some(({ name }) => name === '_start' || name === '_initialize'))
    return 'wasi-p1';
  return 'custom';
}

function looksEmscripten(facts: ModuleFacts, env: readonly string[]): boolean {
  if (/emscripten/i.test(facts.toolchain?.guess ?? '')) return true;
  // Dynamic linking is Emscripten's: the section tells a loader where to put the module.
  if (facts.features.includes('dylink')) return true;
  if (env.some((name) => /emscripten|^invoke_|^__sys(?:call)?_|^_embind_|^_emval_|^__cxa_throw$/.test(name)))
    return true;
  const modules = new Set(facts.imports.map((item) => item.module));
  // Emscripten's minifier renames the one import module to `a`, and every import in it to one or two characters.
  if (modules.size === 1 && modules.has('a')) return facts.imports.every((item) => /^[\w$]{1,3}$/.test(item.name));
  return (
    env.length > 0 &&
    facts.imports.some((item) => item.module !== 'env') &&
    env.every((name) => emscriptenCapability(name) !== undefined)
  );
}
