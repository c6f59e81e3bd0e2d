import { AssayError, EXIT } from '#model/errors';
import { findRule, ruleIds } from '#rules/catalogue';
import { wrap } from '#report/wrap';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';

/** `assay explain ASYnnn`. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const id = input.args[0] ?? '';
  const rule = findRule(id);
  if (rule === undefined) {
    throw new AssayError('INPUT_INVALID', `there is no rule ${id}`, { hint: `Rules: ${ruleIds().join(', ')}.` });
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
