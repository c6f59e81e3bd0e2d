import nodeModule from 'node:module';
import type { ExitCode } from '#model/errors';
import { codeCacheFolder } from './code-cache.ts';

/** Switches the cache of compiled code on, then loads and runs the command line: what is loaded before is not cached. */
export async function start(process: NodeJS.Process): Promise<ExitCode> {
  const cache = codeCacheFolder(process.env, process.getuid?.());
  if (cache !== undefined) nodeModule.enableCompileCache(cache);
  const { runProcess } = await import('./run-process.ts');
  return runProcess(process);
}
