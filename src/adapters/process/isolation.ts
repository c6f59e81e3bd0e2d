import { promisify } from 'node:util';
import { findOnPath } from './find-program.ts';

/**
 * What a program is kept from seeing, where the system can do that (Linux): other processes, and with `offline` the
 * network as well.
 */
export type Isolation = 'offline' | 'online';

const known = new Map<Isolation, Promise<readonly string[]>>();

/**
 * What to put in front of a command line to run it isolated: namespaces of its own on Linux, where the kernel lets this
 * user make them. Elsewhere nothing, and the program keeps its sight of both.
 */
export function isolationLauncher(isolation: Isolation): Promise<readonly string[]> {
  const launcher = known.get(isolation) ?? probe(isolation);
  known.set(isolation, launcher);
  return launcher;
}

// Processes of its own: /proc/<parent>/environ would show it the tokens that its own environment leaves out.
const OWN_PROCESSES = ['--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Root could take the new /proc away again and find the old one below it. Left are the powers over files that a build
 * in a container needs, where folders belong to another user.
 */
const ROOT_PRIVILEGES = ['--bounding-set=-all,+chown,+dac_override,+fowner', '--inh-caps=-all', '--no-new-privs'];

async function probe(isolation: Isolation): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const unshare = await findOnPath('unshare');
  if (unshare === undefined) return [];
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? [] : ['--user', '--map-current-user'];
  const setpriv = await findOnPath('setpriv');
  const dropped = setpriv === undefined ? [] : [setpriv, ...(isRoot ? ROOT_PRIVILEGES : ['--no-new-privs']), '--'];
  const network = isolation === 'offline' ? ['--net'] : [];
  for (const processes of [OWN_PROCESSES, []]) {
    if (network.length + processes.length === 0) return [];
    for (const privileges of [dropped, []]) {
      const launcher = [unshare, ...user, ...network, ...processes, '--', ...privileges];
      if (await works(launcher)) return launcher;
    }
  }
  return [];
}

async function works([program = '', ...args]: readonly string[]): Promise<boolean> {
  const { execFile } = await import('node:child_process');
  try {
    await promisify(execFile)(program, [...args, 'true'], { timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}
