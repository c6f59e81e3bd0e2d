#!/usr/bin/env node
import { runsOn } from './node-version.ts';

// What follows uses features that an older Node does not have or even parse, so it is loaded after the check.
if (runsOn(process.versions.node)) {
  const { start } = await import('./start.ts');
  process.exitCode = await start(process);
} else {
  process.stderr.write(
    `error Assay needs Node 22.22, 24.15 or newer; this is ${process.versions.node}\n` +
      '  → Install a newer Node, or in a clone of the repository run it as `npm run -s assay -- …`, which brings its own.\n',
  );
  process.exitCode = 2;
}
