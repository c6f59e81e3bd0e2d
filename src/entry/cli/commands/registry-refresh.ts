import { resolve } from 'node:path';
import { EXIT } from '#model/errors';
import { resnapshot } from '#stages/publish/maintain';
import { publishing } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay registry refresh`: the same index under the next serial, with a new expiry. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const registry = resolve(context.cwd, input.args[0] ?? '.');
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const { snapshot } = await resnapshot(await publishing({ registry, keys, env: context.env, clock: context.clock }));
  const { serial, expires } = snapshot;
  return { exit: EXIT.ok, json: { serial, expires }, text: `snapshot ${serial}, valid until ${expires}` };
}
