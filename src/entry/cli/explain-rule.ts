import { AssayError, EXIT } from '#model/errors';
import { findRule, RULES } from '#rules/catalogue';
import { nearest } from '#rules/edit-distance';
import { wrap } from '#report/wrap';
import type { CommandOutcome } from './command.ts';
import type { CliContext } from './context.ts';

/**
 * What a rule looks for, how certain it is and what to do, by its id or by the name that verdicts print. Throws
 * INPUT_INVALID, with the nearest rule, for what is none.
 */
export function explainRule(asked: string, context: Pick<CliContext, 'colours' | 'width'>): CommandOutcome {
  const rule = findRule(asked) ?? RULES.find(({ name }) => name === asked);
  if (rule === undefined) {
    const close = nearest(
      asked,
      RULES.flatMap(({ id, name }) => [id, name]),
    );
    throw new AssayError('INPUT_INVALID', `there is no rule ${asked}`, {
      hint: `${close === undefined ? '' : `Did you mean ${close}? `}Give an id such as ASY122 or a name such as undeclared-capability; docs/rules.md lists all.`,
    });
  }
  const { bold, dim } = context.colours;
  const lines = [
    `${bold(`${rule.id} ${rule.name}`)}  ${dim(`${rule.certainty}, default ${rule.level}`)}`,
    ...wrap(rule.short, context.width),
    '',
    ...wrap(rule.help, context.width),
    '',
    ...wrap(`What to do: ${rule.action}`, context.width),
  ];
  return { exit: EXIT.ok, json: rule, text: lines.join('\n') };
}
