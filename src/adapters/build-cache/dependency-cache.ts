import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ToolchainName } from '#model/manifest';

/** What a toolchain downloads or compiles once for many builds, and the key under which it is kept between jobs. */
export interface DependencyFolders {
  readonly key: string;
  readonly paths: readonly string[];
}

interface Kind {
  /** Files whose contents decide what is in the folders; looked for from the plugin's folder upwards. */
  readonly locks: readonly string[];
  readonly paths: () => readonly string[];
}

const home = (variable: string, ...below: readonly string[]): string =>
  process.env[variable] !== undefined && process.env[variable] !== ''
    ? process.env[variable]
    : join(homedir(), ...below);

const ZIG: Kind = { locks: [], paths: () => [home('ZIG_GLOBAL_CACHE_DIR', '.cache', 'zig')] };
const GO: Kind = {
  locks: ['go.sum'],
  paths: () => [join(home('GOMODCACHE', 'go', 'pkg', 'mod'), 'cache', 'download')],
};

const KINDS: Readonly<Partial<Record<ToolchainName, Kind>>> = {
  rust: {
    locks: ['Cargo.lock'],
    paths: () => ['index', 'cache'].map((part) => join(home('CARGO_HOME', '.cargo'), 'registry', part)),
  },
  go: GO,
  tinygo: GO,
  zig: ZIG,
  'zig-cc': ZIG,
};

/**
 * The dependency folders of a toolchain for one plugin, or undefined where there are none to keep: npm's packages are
 * installed before, and a crate without dependencies has no lock file worth a round trip.
 */
export async function dependencyFolders(
  toolchain: ToolchainName,
  toolchainVersion: string,
  sourceFolder: string,
): Promise<DependencyFolders | undefined> {
  const kind = KINDS[toolchain];
  if (kind === undefined) return undefined;
  const hash = createHash('sha256').update(JSON.stringify([toolchain, toolchainVersion]));
  for (const name of kind.locks) {
    const lock = await nearest(sourceFolder, name);
    if (lock === undefined) return undefined;
    hash.update(lock);
  }
  const platform = `${process.platform}-${process.arch}`;
  return { key: `assay-deps-${toolchain}-${platform}-${hash.digest('hex').slice(0, 32)}`, paths: kind.paths() };
}

async function nearest(folder: string, name: string): Promise<Buffer | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const bytes = await readFile(join(at, name)).catch(() => undefined);
    if (bytes !== undefined || dirname(at) === at) return bytes;
  }
}

/**
 * Restores dependency folders from the Actions cache. Returns a function that saves them after the build, which does
 * nothing when they were there already. Faults are only told: a build does not depend on its cache.
 */
export async function keepDependencies(
  folders: DependencyFolders,
  warn: (message: string) => void,
): Promise<() => Promise<void>> {
  const client = await import('@actions/cache');
  if (!client.isFeatureAvailable()) return async () => {};
  const paths = [...folders.paths];
  const tell = (cause: unknown): void =>
    warn(`dependencies are not kept (${folders.key}): ${cause instanceof Error ? cause.message : String(cause)}`);
  try {
    if ((await client.restoreCache(paths, folders.key)) === folders.key) return async () => {};
  } catch (cause) {
    tell(cause);
  }
  return async () => {
    await client.saveCache(paths, folders.key).catch(tell);
  };
}
