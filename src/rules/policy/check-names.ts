import { AssayError, type Problem } from '#model/errors';
import { FEATURES } from '#wasm/features';
import { findRule, ruleIds } from '../catalogue.ts';
import { didYouMean } from '../edit-distance.ts';
import { isBeyondWaivers } from '../rule.ts';
import type { PolicyDocument } from './document.ts';

const FINAL_PATHS = [
  'capabilities',
  'capabilities.imply',
  'capabilities.allow',
  'capabilities.review',
  'capabilities.deny',
  'imports',
  'imports.allow',
  'imports.deny',
  'exports',
  'exports.require',
  'exports.deny',
  'features',
  'features.allow',
  'features.deny',
  'limits',
  'rules',
  'outcome',
  'assume',
];

/**
 * Whether a document names only rules, features and paths that there are. Throws POLICY_INVALID, located, with every
 * one that is not and the nearest that is.
 */
export function checkNames(document: PolicyDocument): void {
  const problems: Problem[] = [];
  const add = (path: PropertyKey[], message: string, hint?: string) =>
    problems.push({
      message,
      path: path.map(String).join('.'),
      file: document.source,
      ...document.locate(path),
      ...(hint === undefined ? {} : { hint }),
    });
  for (const [id, level] of Object.entries(document.policy.rules ?? {})) {
    const rule = findRule(id);
    if (rule === undefined) {
      add(['rules', id], 'is not a rule', didYouMean(id, ruleIds()));
    } else if (rule.id !== id) add(['rules', id], `is written ${rule.id}`);
    else if (rule.certainty === 'heuristic' && level === 'error') {
      add(['rules', id], 'is a heuristic, which never rejects by itself', `write ${id}: warning`);
    }
  }
  document.policy.waivers?.forEach((waiver, index) => {
    const rule = findRule(waiver.rule);
    const path = ['waivers', index, 'rule'];
    if (rule === undefined) add(path, `${waiver.rule} is not a rule`);
    else if (isBeyondWaivers(rule))
      add(path, `${waiver.rule} cannot be waived: it is about bytes that nobody should load`);
  });
  for (const bucket of ['allow', 'deny'] as const) {
    document.policy.features?.[bucket]?.forEach((feature, index) => {
      if ((FEATURES as readonly string[]).includes(feature)) return;
      const hint = didYouMean(feature, FEATURES) ?? `Known are ${FEATURES.join(', ')}.`;
      add(['features', bucket, index], `${feature} is not a feature`, hint);
    });
  }
  document.policy.final?.forEach((path, index) => {
    if (FINAL_PATHS.includes(path) || /^(?:limits|rules|outcome|assume)\.[A-Za-z0-9]+$/.test(path)) return;
    add(['final', index], `${path} is not a path that can be final`, didYouMean(path, FINAL_PATHS));
  });
  const first = problems[0];
  if (first === undefined) return;
  const place = first.line === undefined ? '' : `:${first.line}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new AssayError('POLICY_INVALID', `${document.source}${place}: ${first.path ?? ''} ${first.message}${more}`, {
    problems,
    hint: first.hint ?? 'docs/rules.md lists every rule.',
  });
}
