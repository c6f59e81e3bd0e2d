import { AssayError } from '#model/errors';
import type { ToolchainName } from '#model/manifest';
import type { Toolchain, ToolchainCatalogue } from '#ports/toolchain';

const LOADERS: Readonly<Partial<Record<ToolchainName, () => Promise<Toolchain>>>> = {
  wat: async () => (await import('./wat.ts')).wat,
  assemblyscript: async () => (await import('./assemblyscript.ts')).assemblyscript,
  'zig-cc': async () => (await import('./zig-cc.ts')).zigCc,
};

/** Every toolchain there is an adapter for; each is loaded when it is first asked for. */
export const toolchains: ToolchainCatalogue = {
  async get(name) {
    const load = LOADERS[name];
    if (load === undefined) {
      throw new AssayError('TOOLCHAIN_UNKNOWN', `no toolchain is called "${name}"`, {
        hint: `Known: ${Object.keys(LOADERS).join(', ')}.`,
      });
    }
    return load();
  },
};
