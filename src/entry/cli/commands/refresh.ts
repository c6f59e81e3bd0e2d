import { resolve } from 'node:path';
import { EXIT, worstExit } from '#model/errors';
import { visible } from '#report/visible-text';
import { refreshRuntime } from '../../runtime-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay refresh`: hears what the registries say of the installed set, which stays as it is. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const path = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const { serials, quarantined, unreached } = await refreshRuntime(path, context.clock);
  const { dim, red, yellow } = context.colours;
  const known = Object.entries(serials).filter(([id]) => !unreached.includes(id));
  const nothing = 'nothing that is installed is blocked';
  return {
    exit: worstExit([
      quarantined.length === 0 ? EXIT.ok : EXIT.unverified,
      unreached.length === 0 ? EXIT.ok : EXIT.upstream,
    ]),
    json: { serials, quarantined, unreached },
    text: [
      ...known.map(([id, serial]) => dim(`${id} is at snapshot ${serial}`)),
      ...unreached.map((id) => yellow(`${id} cannot be reached; what was heard from it before stays in force`)),
      ...quarantined.map(
        ({ name, version, reason }) =>
          `${red('blocked')} ${name} ${version}: ${visible(reason, 1000)}; it is not run any more`,
      ),
      ...(quarantined.length === 0 ? [unreached.length === 0 ? nothing : `${nothing}, as far as is known`] : []),
    ].join('\n'),
  };
}
