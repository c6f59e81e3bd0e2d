import type { RuleDescriptor } from '#model/audit-report';
import { type EffectivePolicy, type FlatPolicy, LEVELS, type Level } from '#model/policy';
import type { Outcome } from '#model/verdict';
import { findRule } from '#rules/catalogue';

export interface LevelUnderPolicy {
  readonly level: Level;
  /** The line that decided, as `path (origin)`. */
  readonly line: string;
}

/**
 * The level of a finding under a policy. A rule that joined the catalogue after the policy's edition informs only,
 * until a line names it; a heuristic never rejects.
 */
export function levelUnder(
  policy: EffectivePolicy,
  descriptor: RuleDescriptor,
  found: Level,
  policyPath: string | undefined,
): LevelUnderPolicy {
  const set = policy.flat.rules?.[descriptor.id];
  const path = `rules.${descriptor.id}`;
  const level = set ?? (joinedAfter(descriptor.id, policy.flat.rulesEdition) ? weaker(found, 'note') : found);
  const line =
    set !== undefined
      ? `${path}: ${set}${originText(policy, path)}`
      : policyPath !== undefined
        ? `${policyPath}${originText(policy, policyPath)}`
        : `default level of ${descriptor.id}: ${level}`;
  return { level: descriptor.certainty === 'heuristic' ? weaker(level, 'warning') : level, line: line.slice(0, 400) };
}

const originTexts = new WeakMap<EffectivePolicy, Map<string, string>>();

/** ` (policy.yaml:7)`: a list has the origin of its own line, or else of its entries. Kept for each policy. */
function originText(policy: EffectivePolicy, path: string): string {
  const texts = originTexts.get(policy) ?? new Map<string, string>();
  originTexts.set(policy, texts);
  const known = texts.get(path);
  if (known !== undefined) return known;
  const text = findOrigin(policy, path);
  texts.set(path, text);
  return text;
}

function findOrigin(policy: EffectivePolicy, path: string): string {
  const own = policy.origins[path];
  if (own !== undefined) return ` (${own})`;
  const entries = Object.entries(policy.origins).filter(
    ([key]) => key.startsWith(`${path}[`) || key.startsWith(`${path}.`),
  );
  const sources = [...new Set(entries.map(([, origin]) => origin.replace(/:\d+$/, '')))];
  return sources.length === 0 ? '' : ` (${sources.join(', ')})`;
}

function joinedAfter(id: string, edition: string): boolean {
  const since = findRule(id)?.since;
  return since !== undefined && Number(since) > Number(edition);
}

function weaker(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) > LEVELS.indexOf(b) ? a : b;
}

/** What a finding of this level asks for under the policy's thresholds. */
export function outcomeOf(level: Level, policy: FlatPolicy): Outcome {
  if (level === 'error') return 'reject';
  if (level === 'warning') return 'flag';
  return level === 'note' && policy.outcome?.flag === 'note' ? 'flag' : 'approve';
}
