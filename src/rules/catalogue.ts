import { COMPARE_RULES } from './compare-rules.ts';
import { READ_RULES } from './read-rules.ts';
import { REFUSAL_RULES } from './refusals.ts';
import type { RuleInfo } from './rule.ts';

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
