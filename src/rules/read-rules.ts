import { polyglot } from './asy050-polyglot.ts';
import { paddedNumbers } from './asy060-padded-numbers.ts';
import { brokenCustomSection } from './asy070-broken-custom-section.ts';
import { heavyCustomSections } from './asy071-heavy-custom-sections.ts';
import { decompressionBomb } from './asy080-decompression-bomb.ts';
import { nestedModule } from './asy091-nested-module.ts';
import { importSignature } from './asy110-import-signature.ts';
import { unknownHostFunction } from './asy111-unknown-host-function.ts';
import { importTyposquat } from './asy130-import-typosquat.ts';
import { deceptiveName } from './asy131-deceptive-name.ts';
import { minifiedImports } from './asy140-minified-imports.ts';
import { importedState } from './asy150-imported-state.ts';
import { sharedMemory } from './asy151-shared-memory.ts';
import { hostRunsScript } from './asy160-host-eval.ts';
import { hostLoadsCode } from './asy161-host-loads-code.ts';
import { embeddedHostCode } from './asy162-embedded-host-code.ts';
import { outsideWorld } from './asy170-outside-world.ts';
import { abiExports } from './asy182-abi-exports.ts';
import { exposedInternals } from './asy190-exposed-internals.ts';
import { runsOnLoad } from './asy200-runs-on-load.ts';
import { openReachability } from './asy210-open-reachability.ts';
import { exportedCode } from './asy211-exported-code.ts';
import { startReachesOutside } from './asy220-start-reaches-outside.ts';
import { startMayReachOutside } from './asy221-start-may-reach-outside.ts';
import { unreachedImport } from './asy230-unreached-import.ts';
import { memoryWithoutMaximum } from './asy240-memory-without-maximum.ts';
import { growInLoop } from './asy260-grow-in-loop.ts';
import { dataOutsideMemory } from './asy270-data-outside-memory.ts';
import { overlappingData } from './asy271-overlapping-data.ts';
import { unboundedWork } from './asy280-unbounded-work.ts';
import { floatNondeterminism } from './asy300-float-nondeterminism.ts';
import { nondeterministicFeature } from './asy301-nondeterministic-feature.ts';
import { secret } from './asy310-secret.ts';
import { possibleSecret } from './asy311-possible-secret.ts';
import { addresses } from './asy320-addresses.ts';
import { unusualAddress } from './asy321-unusual-address.ts';
import { buildPath } from './asy330-build-path.ts';
import { debugInformation } from './asy340-debug-information.ts';
import { contradictingProducers } from './asy350-contradicting-producers.ts';
import { vulnerableDependency } from './asy360-vulnerable-dependency.ts';
import { knownVulnerability } from './asy360-vulnerable-dependency.ts';
import { unreadableDependencies } from './asy362-unreadable-dependencies.ts';
import { missingHardening } from './asy390-missing-hardening.ts';
import { unsafeCFunction } from './asy400-unsafe-c-function.ts';
import { minerLike } from './asy410-miner-like.ts';
import { obfuscated } from './asy420-obfuscated.ts';
import { nestedPayload } from './asy430-nested-payload.ts';
import type { ReadRule } from './rule.ts';

/** Rules that read the module, in catalogue order. The audit stage runs them. */
export const READ_RULES: readonly ReadRule[] = [
  polyglot,
  paddedNumbers,
  brokenCustomSection,
  heavyCustomSections,
  decompressionBomb,
  nestedModule,
  importSignature,
  unknownHostFunction,
  importTyposquat,
  deceptiveName,
  minifiedImports,
  importedState,
  sharedMemory,
  hostRunsScript,
  hostLoadsCode,
  embeddedHostCode,
  outsideWorld,
  abiExports,
  exposedInternals,
  runsOnLoad,
  openReachability,
  exportedCode,
  startReachesOutside,
  startMayReachOutside,
  unreachedImport,
  memoryWithoutMaximum,
  growInLoop,
  dataOutsideMemory,
  overlappingData,
  unboundedWork,
  floatNondeterminism,
  nondeterministicFeature,
  secret,
  possibleSecret,
  addresses,
  unusualAddress,
  buildPath,
  debugInformation,
  contradictingProducers,
  vulnerableDependency,
  knownVulnerability,
  unreadableDependencies,
  missingHardening,
  unsafeCFunction,
  minerLike,
  obfuscated,
  nestedPayload,
];
