import { importNotAllowed } from './asy100-import-not-allowed.ts';
import { capabilityDenied } from './asy120-capability-denied.ts';
import { capabilityForReview } from './asy121-capability-for-review.ts';
import { undeclaredCapability } from './asy122-undeclared-capability.ts';
import { unneededDeclaration } from './asy123-unneeded-declaration.ts';
import { startReachesOutside } from './asy220-start-reaches-outside.ts';
import { startMayReachOutside } from './asy221-start-may-reach-outside.ts';
import { unreachedImport } from './asy230-unreached-import.ts';
import { memoryWithoutMaximum } from './asy240-memory-without-maximum.ts';
import { maximumRequired } from './asy241-maximum-required.ts';
import { initialMemory } from './asy250-initial-memory.ts';
import { maximumMemory } from './asy251-maximum-memory.ts';
import { tableSize } from './asy252-table-size.ts';
import { newCapability } from './asy380-new-capability.ts';
import { newImport } from './asy381-new-import.ts';
import type { CompareRule, ReadRule, RuleInfo } from './rule.ts';

/** Rules that read the module, in catalogue order. The audit stage runs them. */
export const READ_RULES: readonly ReadRule[] = [
  startReachesOutside,
  startMayReachOutside,
  unreachedImport,
  memoryWithoutMaximum,
];

/** Rules that compare reports, manifest and policy, in catalogue order. The decide stage runs them. */
export const COMPARE_RULES: readonly CompareRule[] = [
  importNotAllowed,
  capabilityDenied,
  capabilityForReview,
  undeclaredCapability,
  unneededDeclaration,
  maximumRequired,
  initialMemory,
  maximumMemory,
  tableSize,
  newCapability,
  newImport,
];

/** What every rule is, in catalogue order. */
export const RULES: readonly RuleInfo[] = [...READ_RULES, ...COMPARE_RULES]
  .map((rule) => rule.info)
  .toSorted((a, b) => numberOf(a.id) - numberOf(b.id));

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
