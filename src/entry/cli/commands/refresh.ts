import { resolve } from 'node:path';
import { EXIT } from '#model/errors';
import { visible } from '#report/visible-text';
import { refreshRuntime } from '../../runtime-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay refresh`: hears what the registries say of the installed set, which stays as it is. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const path = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const { serials, quarantined } = await refreshRuntime(path, context.clock);
  const { dim, red } = context.colours;
  return {
    exit: quarantined.length === 0 ? EXIT.ok : EXIT.unverified,
    json: { serials, quarantined },
    text: [
      ...Object.entries(serials).map(([id, serial]) => dim(`${id} is at snapshot ${serial}`)),
      ...quarantined.map(
        ({ name, version, reason }) =>
          `${red('blocked')} ${name} ${version}: ${visible(reason, 1000)}; it is not run any more`,
      ),
      ...(quarantined.length === 0 ? ['nothing that is installed is blocked'] : []),
    ].join('\n'),
  };
}
