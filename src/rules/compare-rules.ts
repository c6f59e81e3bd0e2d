import { featureNotAllowed } from './asy020-feature-not-allowed.ts';
import { importNotAllowed } from './asy100-import-not-allowed.ts';
import { capabilityDenied } from './asy120-capability-denied.ts';
import { capabilityForReview } from './asy121-capability-for-review.ts';
import { undeclaredCapability } from './asy122-undeclared-capability.ts';
import { unneededDeclaration } from './asy123-unneeded-declaration.ts';
import { requiredExport } from './asy180-required-export.ts';
import { deniedExport } from './asy181-denied-export.ts';
import { maximumRequired } from './asy241-maximum-required.ts';
import { initialMemory } from './asy250-initial-memory.ts';
import { maximumMemory } from './asy251-maximum-memory.ts';
import { tableSize } from './asy252-table-size.ts';
import { customShare } from './asy295-custom-share.ts';
import { newSignal } from './asy322-new-signal.ts';
import { notAsClaimed } from './asy370-not-as-claimed.ts';
import { rebuildDiffers } from './asy371-rebuild-differs.ts';
import { rebuildMetadataDiffers } from './asy372-rebuild-metadata-differs.ts';
import { newCapability } from './asy380-new-capability.ts';
import { newImport } from './asy381-new-import.ts';
import { newReach } from './asy382-new-reach.ts';
import { grownLimits } from './asy383-grown-limits.ts';
import { newPlugin } from './asy384-new-plugin.ts';
import { severalSignals } from './asy412-independent-signals.ts';
import { BUDGET_RULES } from './budgets.ts';
import type { CompareRule } from './rule.ts';

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
