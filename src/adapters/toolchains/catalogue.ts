import type { ToolchainName } from '#model/manifest';
import type { Toolchain, ToolchainCatalogue } from '#ports/toolchain';

const LOADERS: Readonly<Record<ToolchainName, () => Promise<Toolchain>>> = {
  wat: async () => (await import('./wat.ts')).wat,
  assemblyscript: async () => (await import('./assemblyscript.ts')).assemblyscript,
  'zig-cc': async () => (await import('./zig-cc.ts')).zigCc,
  clang: async () => (await import('./clang.ts')).clang,
  emscripten: async () => (await import('./emscripten.ts')).emscripten,
  rust: async () => (await import('./rust.ts')).rust,
  zig: async () => (await import('./zig.ts')).zig,
  go: async () => (await import('./go.ts')).go,
  tinygo: async () => (await import('./tinygo.ts')).tinygo,
  'componentize-js': async () => (await import('./componentize-js.ts')).componentizeJs,
  command: async () => (await import('./command.ts')).command,
};

/** Every toolchain there is an adapter for; each is loaded when it is first asked for. */
export const toolchains: ToolchainCatalogue = { get: (name) => LOADERS[name]() };
