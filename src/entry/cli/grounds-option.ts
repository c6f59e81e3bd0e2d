import type { DecisionGrounds } from '../decide-again.ts';
import { loadGrounds } from '../grounds.ts';
import type { LoadedPlugin } from '../load-plugin.ts';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { listOption, textOption } from './options.ts';

/** What `--policy`, `--baseline`, `--acceptances` and `--advisories` name. */
export function groundsOption(
  plugin: LoadedPlugin,
  input: CommandInput,
  context: CliContext,
): Promise<DecisionGrounds> {
  return loadGrounds(context.cwd, plugin, {
    policy: textOption(input, 'policy'),
    baseline: textOption(input, 'baseline'),
    acceptances: textOption(input, 'acceptances'),
    advisories: listOption(input, 'advisories'),
  });
}
