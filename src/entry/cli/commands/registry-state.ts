import { resolve } from 'node:path';
import { AssayError, EXIT } from '#model/errors';
import { PluginNameSchema, VersionSchema } from '#model/names';
import { parseValue } from '#model/parse';
import { setState } from '#stages/publish/maintain';
import { publishing } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { choiceOption, requiredOption } from '../options.ts';

const STATES = ['active', 'deprecated', 'yanked', 'blocked'] as const;
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** `assay registry state FOLDER name@version STATE`: deprecate, yank, block or reinstate a version. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [folder = '.', target = '', stateText = ''] = input.args;
  const at = target.indexOf('@');
  if (at < 1)
    throw new AssayError('INPUT_INVALID', `"${target}" is not name@version`, { hint: 'For example acme/greet@1.4.0.' });
  const name = parseValue(PluginNameSchema, target.slice(0, at), {
    source: 'the plugin’s name',
    invalidCode: 'INPUT_INVALID',
  });
  const version = parseValue(VersionSchema, target.slice(at + 1), {
    source: 'the version',
    invalidCode: 'INPUT_INVALID',
  });
  const state = STATES.find((candidate) => candidate === stateText);
  if (state === undefined) {
    throw new AssayError('INPUT_INVALID', `"${stateText}" is not a state`, {
      hint: `Give one of ${STATES.join(', ')}.`,
    });
  }
  const severity = choiceOption(input, 'severity', SEVERITIES);
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const { snapshot } = await setState(
    {
      name,
      version,
      state,
      reason: requiredOption(input, 'reason', 'Say why: --reason "…"'),
      ...(severity === undefined ? {} : { severity }),
    },
    await publishing({ registry: resolve(context.cwd, folder), keys, env: context.env, clock: context.clock }),
  );
  return {
    exit: EXIT.ok,
    json: { name, version, state, serial: snapshot.serial },
    text: `${name} ${version} is ${state} as of snapshot ${snapshot.serial}`,
  };
}
