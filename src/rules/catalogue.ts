import { featureNotAllowed } from './asy020-feature-not-allowed.ts';
import { polyglot } from './asy050-polyglot.ts';
import { paddedNumbers } from './asy060-padded-numbers.ts';
import { brokenCustomSection } from './asy070-broken-custom-section.ts';
import { heavyCustomSections } from './asy071-heavy-custom-sections.ts';
import { decompressionBomb } from './asy080-decompression-bomb.ts';
import { nestedModule } from './asy091-nested-module.ts';
import { importNotAllowed } from './asy100-import-not-allowed.ts';
import { importSignature } from './asy110-import-signature.ts';
import { unknownHostFunction } from './asy111-unknown-host-function.ts';
import { capabilityDenied } from './asy120-capability-denied.ts';
import { capabilityForReview } from './asy121-capability-for-review.ts';
import { undeclaredCapability } from './asy122-undeclared-capability.ts';
import { unneededDeclaration } from './asy123-unneeded-declaration.ts';
import { importTyposquat } from './asy130-import-typosquat.ts';
import { deceptiveName } from './asy131-deceptive-name.ts';
import { minifiedImports } from './asy140-minified-imports.ts';
import { importedState } from './asy150-imported-state.ts';
import { sharedMemory } from './asy151-shared-memory.ts';
import { hostRunsScript } from './asy160-host-eval.ts';
import { hostLoadsCode } from './asy161-host-loads-code.ts';
import { embeddedHostCode } from './asy162-embedded-host-code.ts';
import { outsideWorld } from './asy170-outside-world.ts';
import { requiredExport } from './asy180-required-export.ts';
import { deniedExport } from './asy181-denied-export.ts';
import { abiExports } from './asy182-abi-exports.ts';
import { exposedInternals } from './asy190-exposed-internals.ts';
import { runsOnLoad } from './asy200-runs-on-load.ts';
import { openReachability } from './asy210-open-reachability.ts';
import { startReachesOutside } from './asy220-start-reaches-outside.ts';
import { startMayReachOutside } from './asy221-start-may-reach-outside.ts';
import { unreachedImport } from './asy230-unreached-import.ts';
import { memoryWithoutMaximum } from './asy240-memory-without-maximum.ts';
import { maximumRequired } from './asy241-maximum-required.ts';
import { initialMemory } from './asy250-initial-memory.ts';
import { maximumMemory } from './asy251-maximum-memory.ts';
import { tableSize } from './asy252-table-size.ts';
import { growInLoop } from './asy260-grow-in-loop.ts';
import { dataOutsideMemory } from './asy270-data-outside-memory.ts';
import { overlappingData } from './asy271-overlapping-data.ts';
import { unboundedWork } from './asy280-unbounded-work.ts';
import { customShare } from './asy295-custom-share.ts';
import { floatNondeterminism } from './asy300-float-nondeterminism.ts';
import { nondeterministicFeature } from './asy301-nondeterministic-feature.ts';
import { secret } from './asy310-secret.ts';
import { possibleSecret } from './asy311-possible-secret.ts';
import { addresses } from './asy320-addresses.ts';
import { unusualAddress } from './asy321-unusual-address.ts';
import { newSignal } from './asy322-new-signal.ts';
import { buildPath } from './asy330-build-path.ts';
import { debugInformation } from './asy340-debug-information.ts';
import { contradictingProducers } from './asy350-contradicting-producers.ts';
import { vulnerableDependency } from './asy360-vulnerable-dependency.ts';
import { knownVulnerability } from './asy360-vulnerable-dependency.ts';
import { unreadableDependencies } from './asy362-unreadable-dependencies.ts';
import { notAsClaimed } from './asy370-not-as-claimed.ts';
import { rebuildDiffers } from './asy371-rebuild-differs.ts';
import { rebuildMetadataDiffers } from './asy372-rebuild-metadata-differs.ts';
import { newCapability } from './asy380-new-capability.ts';
import { newImport } from './asy381-new-import.ts';
import { newReach } from './asy382-new-reach.ts';
import { grownLimits } from './asy383-grown-limits.ts';
import { newPlugin } from './asy384-new-plugin.ts';
import { missingHardening } from './asy390-missing-hardening.ts';
import { unsafeCFunction } from './asy400-unsafe-c-function.ts';
import { minerLike } from './asy410-miner-like.ts';
import { severalSignals } from './asy412-independent-signals.ts';
import { obfuscated } from './asy420-obfuscated.ts';
import { nestedPayload } from './asy430-nested-payload.ts';
import { BUDGET_RULES } from './budgets.ts';
import { REFUSAL_RULES } from './refusals.ts';
import type { CompareRule, ReadRule, RuleInfo } from './rule.ts';

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

/** Rules that compare reports, manifest and policy, in catalogue order. The decide stage runs them. */
export const COMPARE_RULES: readonly CompareRule[] = [
  featureNotAllowed,
  importNotAllowed,
  capabilityDenied,
  capabilityForReview,
  undeclaredCapability,
  unneededDeclaration,
  requiredExport,
  deniedExport,
  maximumRequired,
  initialMemory,
  maximumMemory,
  tableSize,
  customShare,
  newSignal,
  notAsClaimed,
  rebuildDiffers,
  rebuildMetadataDiffers,
  newCapability,
  newImport,
  newReach,
  grownLimits,
  newPlugin,
  severalSignals,
  ...BUDGET_RULES,
];

/** What every rule is, in catalogue order. */
export const RULES: readonly RuleInfo[] = [
  ...REFUSAL_RULES,
  ...[...READ_RULES, ...COMPARE_RULES].map((rule) => rule.info),
].toSorted((a, b) => numberOf(a.id) - numberOf(b.id));

const byNumber = new Map(RULES.map((info) => [numberOf(info.id), info]));

function numberOf(id: string): number {
  return Number(id.slice('ASY'.length));
}

/** A rule by its id, however it is cased or padded (`ASY10`, `asy010`); undefined for what is no rule. */
export function findRule(id: string): RuleInfo | undefined {
  const digits = /^asy(\d{2,4})$/i.exec(id.trim())?.[1];
  return digits === undefined ? undefined : byNumber.get(Number(digits));
}

export function ruleIds(): string[] {
  return RULES.map((info) => info.id);
}
