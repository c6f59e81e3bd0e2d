import { AssayError, EXIT } from '#model/errors';
import { findRule, RULES } from '#rules/catalogue';
import { nearest } from '#rules/edit-distance';
import { wrap } from '#report/wrap';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';

/** `assay explain ASYnnn`, or by the rule's name as verdicts print it. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const asked = input.args[0] ?? '';
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
  ];
  return { exit: EXIT.ok, json: rule, text: lines.join('\n') };
}
