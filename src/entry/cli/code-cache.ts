import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Writable by the group or by everyone (st_mode). */
const WRITABLE_BY_OTHERS = 0o022;
/** In a folder with this bit only the owner of an entry may replace it. */
const STICKY = 0o1000;

/**
 * Where Node may keep compiled code of the command line, or undefined where it may keep none. Node runs what it finds
 * there without comparing it with the sources, so the folder and everything above it have to be this user's or the
 * system's. In CI there is none: home folders there outlive jobs, and jobs run the code of authors.
 */
export function codeCacheFolder(env: Environment, user: number | undefined): string | undefined {
  if ((env['CI'] ?? '') !== '' || (env['GITHUB_ACTIONS'] ?? '') !== '') return undefined;
  const home = env['HOME'];
  const base = env['XDG_CACHE_HOME'] || env['LOCALAPPDATA'] || (home ? join(home, '.cache') : undefined);
  if (base === undefined) return undefined;
  try {
    const folder = join(base, 'assay', 'code');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const real = realpathSync(folder);
    return isPrivate(real, user) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Whether nobody but this user and the system can change what a path leads to. Windows says so by where the folder is. */
function isPrivate(path: string, user: number | undefined): boolean {
  if (user === undefined) return true;
  for (let at = path; ; at = dirname(at)) {
    const { uid, mode } = lstatSync(at);
    if (uid !== user && uid !== 0) return false;
    const shared = (mode & WRITABLE_BY_OTHERS) !== 0;
    if (shared && (at === path || (mode & STICKY) === 0)) return false;
    if (dirname(at) === at) return true;
  }
}
