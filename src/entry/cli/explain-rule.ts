import { EXIT } from '#model/errors';
import { wrap } from '#report/wrap';
import type { CommandOutcome } from './command.ts';
import type { CliContext } from './context.ts';
import { namedRule } from './named-rule.ts';

/** What a rule looks for, how certain it is and what to do. Throws what namedRule throws. */
export function explainRule(asked: string, context: Pick<CliContext, 'colours' | 'width'>): CommandOutcome {
  const rule = namedRule(asked);
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
