#!/usr/bin/env node
import nodeModule from 'node:module';
import { codeCacheFolder } from './code-cache.ts';
import { runsOn } from './node-version.ts';

// What follows uses language features that an older Node does not even parse, so it is loaded after the check.
if (runsOn(process.versions.node)) {
  const cache = codeCacheFolder(process.env, process.getuid?.());
  if (cache !== undefined) nodeModule.enableCompileCache(cache);
  const { runCli } = await import('./run.ts');
  const { processContext } = await import('./context.ts');
  process.exitCode = await runCli(process.argv.slice(2), processContext(process));
} else {
  process.stderr.write(
    `error Assay needs Node 22.22, 24.15 or newer; this is ${process.versions.node}\n` +
      '  → Install a newer Node, or in a clone of the repository run it as `npm run -s assay -- …`, which brings its own.\n',
  );
  process.exitCode = 2;
}
