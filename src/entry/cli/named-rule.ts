import { AssayError } from '#model/errors';
import { findRule, RULES } from '#rules/catalogue';
import { didYouMean } from '#rules/edit-distance';
import type { RuleInfo } from '#rules/rule';

/**
 * The rule that a person means, by its id or by the name that verdicts print. Throws INPUT_INVALID, with the nearest
 * rule, for what is none.
 */
export function namedRule(asked: string): RuleInfo {
  const rule = findRule(asked) ?? RULES.find(({ name }) => name === asked);
  if (rule !== undefined) return rule;
  const question = didYouMean(
    asked,
    RULES.flatMap(({ id, name }) => [id, name]),
  );
  throw new AssayError('INPUT_INVALID', `there is no rule ${asked}`, {
    hint: `${question === undefined ? '' : `${question} `}Give an id such as ASY122 or a name such as undeclared-capability; docs/rules.md lists all.`,
  });
}
