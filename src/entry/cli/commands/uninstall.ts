import { resolve } from 'node:path';
import { EXIT } from '#model/errors';
import { uninstall } from '#stages/install/maintain';
import { runtimeFolder } from '../../runtime-access.ts';
import { requireTrust } from '../../trust-file.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';
import { changeLines } from '../set-change-lines.ts';

/** `assay uninstall`: takes plugins, and what only they needed, out of the installed set. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const path = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const { generationsKept } = await requireTrust(path);
  const deps = { runtime: runtimeFolder(path), clock: context.clock, generationsKept };
  const { generation, changes } = await uninstall(input.args, deps);
  return { exit: EXIT.ok, json: { generation, changes }, text: changeLines(changes, context.colours).join('\n') };
}
