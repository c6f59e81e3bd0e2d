import { resolve } from 'node:path';
import { EXIT } from '#model/errors';
import { rollback } from '#stages/install/maintain';
import { runtimeFolder } from '../../runtime-access.ts';
import { requireTrust } from '../../trust-file.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { integerOption, requiredOption } from '../options.ts';
import { changeLines } from '../set-change-lines.ts';

/** `assay rollback`: back to an earlier installed set, without a network. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const path = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const { generationsKept } = await requireTrust(path);
  const deps = { runtime: runtimeFolder(path), clock: context.clock, generationsKept };
  const { generation, changes } = await rollback(deps, integerOption(input, 'to', { min: 1, max: 999_999_999 }));
  return {
    exit: EXIT.ok,
    json: { generation, changes },
    text: [`generation ${generation} is in use`, ...changeLines(changes, context.colours)].join('\n'),
  };
}
