import { promisify } from 'node:util';
import { findOnPath } from './find-program.ts';

let known: Promise<readonly string[]> | undefined;

/**
 * What to put in front of a command line to run it without a network, and without sight of other processes: namespaces
 * of its own on Linux, where the kernel lets this user make them. Elsewhere nothing, and the program keeps both.
 */
export function offlineLauncher(): Promise<readonly string[]> {
  known ??= probe();
  return known;
}

// Processes of its own too: /proc/<parent>/environ would show it the tokens that its own environment leaves out.
const OWN_PROCESSES = ['--pid', '--fork', '--kill-child', '--mount-proc'];

async function probe(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const unshare = await findOnPath('unshare');
  if (unshare === undefined) return [];
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  for (const processes of [OWN_PROCESSES, []]) {
    const launcher = [unshare, ...user, '--net', ...processes, '--'];
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
