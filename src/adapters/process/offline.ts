import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findOnPath } from './find-program.ts';

let known: Promise<readonly string[]> | undefined;

/**
 * What to put in front of a command line to run it without a network: a network namespace of its own on Linux, where
 * the kernel lets this user make one. Elsewhere nothing, and the program keeps the network.
 */
export function offlineLauncher(): Promise<readonly string[]> {
  known ??= probe();
  return known;
}

async function probe(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const unshare = await findOnPath('unshare');
  if (unshare === undefined) return [];
  const asRoot = process.getuid?.() === 0;
  const launcher = asRoot ? [unshare, '--net', '--'] : [unshare, '--user', '--map-current-user', '--net', '--'];
  const [program = unshare, ...args] = launcher;
  try {
    await promisify(execFile)(program, [...args, 'true'], { timeout: 5_000 });
    return launcher;
  } catch {
    return [];
  }
}
