import type { Toolchain, ToolchainCatalogue } from '#ports/toolchain';
import { dependencyFolders, keepDependencies } from './dependency-cache.ts';

/**
 * The same toolchains, with their dependencies kept in the Actions cache. Only a compiler that really runs fetches
 * them: a build from the cache touches neither.
 */
export function cachingToolchains(inner: ToolchainCatalogue, warn: (message: string) => void): ToolchainCatalogue {
  return { get: async (name) => withDependencies(await inner.get(name), warn) };
}

function withDependencies(toolchain: Toolchain, warn: (message: string) => void): Toolchain {
  return {
    name: toolchain.name,
    recipe: toolchain.recipe,
    ...(toolchain.usesPackages === undefined ? {} : { usesPackages: toolchain.usesPackages }),
    ...(toolchain.sharedInputs === undefined ? {} : { sharedInputs: toolchain.sharedInputs.bind(toolchain) }),
    detect: (sourceFolder, job) => toolchain.detect(sourceFolder, job),
    async compile(request) {
      const presence = await toolchain.detect(request.pluginFolder, request.job);
      const version = 'missing' in presence ? '' : presence.version;
      const folders = await dependencyFolders(toolchain.name, version, request.pluginFolder);
      const save = folders === undefined ? undefined : await keepDependencies(folders, warn);
      const result = await toolchain.compile(request);
      await save?.();
      return result;
    },
  };
}
