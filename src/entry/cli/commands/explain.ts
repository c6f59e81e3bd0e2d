import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { explainRule } from '../explain-rule.ts';

/** `assay explain ASYnnn`, or by the rule's name as verdicts print it. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  return explainRule(input.args[0] ?? '', context);
}
