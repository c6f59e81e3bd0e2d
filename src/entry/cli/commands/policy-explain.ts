import { EXIT } from '#model/errors';
import { visible } from '#report/visible-text';
import { explainPolicy } from '#rules/policy/explain';
import { loadPolicy } from '../../documents.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption } from '../options.ts';

/** `assay policy explain`: the flattened policy, and where each of its lines comes from. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [reference = ''] = input.args;
  const policy = loadPolicy(reference, context.cwd);
  const lines = explainPolicy(policy, { defaults: flagOption(input, 'defaults') });
  const { bold, dim, yellow } = context.colours;
  const widest = Math.min(48, Math.max(0, ...lines.map((line) => line.text.length)));
  const text = [
    `${bold(visible(reference))} ${dim(`${policy.digest}, edition ${policy.flat.rulesEdition} of the rules`)}`,
  ];
  for (const [section, members] of Map.groupBy(lines, (line) => line.section)) {
    text.push('', bold(section));
    for (const line of members) {
      text.push(`  ${visible(line.text, 200).padEnd(widest)}  ${dim(visible(line.origin, 300))}`.trimEnd());
    }
  }
  if (policy.waivers.length > 0) {
    text.push('', bold('waivers'));
    for (const { rule, plugin, who, until, reason } of policy.waivers) {
      const ended = new Date(until) <= context.clock.now();
      const end = ended ? yellow(`ended ${until.slice(0, 10)}`) : `until ${until.slice(0, 10)}`;
      text.push(`  ${rule} for ${plugin} ${end}, by ${visible(who)}: ${visible(reason)}`);
    }
  }
  return {
    exit: EXIT.ok,
    json: { policy: policy.flat, digest: policy.digest, lines, waivers: policy.waivers },
    text: text.join('\n'),
  };
}
