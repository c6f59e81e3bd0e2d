import picomatch from 'picomatch';

/**
 * Folders that never hold what a build reads: version control, tools' own caches, outputs and installed packages.
 * What packages a build uses is said by the lock file, which is read.
 */
export const IGNORED_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.assay',
  'node_modules',
  'target',
  'zig-out',
  'zig-cache',
  '.zig-cache',
  '__pycache__',
]);

/**
 * Whether nothing is read below a folder. Cargo's `target` lies beside a Cargo.toml; elsewhere sources may be called so.
 * `stands` says whether a file of that name lies beside the folder.
 */
export function isIgnoredFolder(name: string, stands: (sibling: string) => boolean): boolean {
  return name === 'target' ? stands('Cargo.toml') : IGNORED_FOLDERS.has(name);
}

/** Files in a parent folder that steer a build below it: workspaces, lock files and pinned toolchains. */
export const WORKSPACE_FILES: ReadonlySet<string> = new Set([
  'Cargo.toml',
  'Cargo.lock',
  'rust-toolchain',
  'rust-toolchain.toml',
  '.cargo/config.toml',
  'go.work',
  'go.work.sum',
  'go.mod',
  'go.sum',
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
]);

/** How many levels a glob climbs above the plugin's folder: `../shared/**` climbs one. */
export function levelsAbove(glob: string): number {
  let levels = 0;
  for (let rest = glob.replace(/^!/, ''); rest.startsWith('../'); rest = rest.slice(3)) levels++;
  return levels;
}

/** The folder, relative to the plugin's, below which everything that a glob can match lies. `.` is the plugin's own. */
export function baseOf(glob: string): string {
  const fixed: string[] = [];
  for (const part of glob.replace(/^!/, '').split('/').slice(0, -1)) {
    if (/[*?[\]{}()!+@|]/.test(part)) break;
    fixed.push(part);
  }
  return fixed.length === 0 ? '.' : fixed.join('/');
}

/**
 * Says whether a build reads a file, by its path relative to the plugin's folder (`../` for shared files above it).
 * Without globs it reads everything in the folder that does not lie in IGNORED_FOLDERS; a glob that starts with `!`
 * takes files away again. Files whose names begin with a dot are matched like any other.
 */
export function inputMatcher(globs: readonly string[]): (path: string) => boolean {
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const includes = wanted.length === 0 ? isOwnFile : anyOf(wanted);
  const excludes = anyOf(unwanted);
  return (path) => includes(path) && !excludes(path);
}

function isOwnFile(path: string): boolean {
  return !path
    .split('/')
    .some((part, depth) => part === '..' || (part === 'target' ? depth === 0 : IGNORED_FOLDERS.has(part)));
}

function anyOf(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.map((glob) => {
    const climb = '../'.repeat(levelsAbove(glob));
    const matches = picomatch(glob.slice(climb.length), { dot: true, nonegate: true });
    return (path: string): boolean => {
      if (!path.startsWith(climb)) return false;
      const rest = path.slice(climb.length);
      return !rest.startsWith('../') && matches(rest);
    };
  });
  return (path) => matchers.some((matches) => matches(path));
}
