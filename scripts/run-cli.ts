/**
 * `npm run assay`: the command line of `dist/`, from the folder where the person stands. npm starts scripts in the
 * folder of package.json, so that `assay init` in a plugin's folder would otherwise look at this repository.
 */
import { chdir, env } from 'node:process';

if (env['INIT_CWD'] !== undefined) chdir(env['INIT_CWD']);
await import(new URL('../dist/cli/assay.js', import.meta.url).href);
