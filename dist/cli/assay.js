#!/usr/bin/env node
import"../chunks/chunk-AQRZDYCR.js";function runsOn(version){let[major=0,minor=0]=version.split(".").map(Number);return major===22?minor>=22:major===24?minor>=15:major>24}if(runsOn(process.versions.node)){let{start}=await import("../chunks/start-RSIV3DD2.js");process.exitCode=await start(process)}else process.stderr.write(`error Assay needs Node 22.22, 24.15 or newer; this is ${process.versions.node}
  \u2192 Install a newer Node, or in a clone of the repository run it as \`npm run -s assay -- \u2026\`, which brings its own.
`),process.exitCode=2;
