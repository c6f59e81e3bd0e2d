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

async function probe(isolation: Isolation): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const unshare = await findOnPath('unshare');
  if (unshare === undefined) return [];
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  const network = isolation === 'offline' ? ['--net'] : [];
  for (const processes of [OWN_PROCESSES, []]) {
    if (network.length + processes.length === 0) return [];
    const launcher = [unshare, ...user, ...network, ...processes, '--'];
    if (await works(launcher)) return launcher;
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
