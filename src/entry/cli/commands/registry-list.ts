import { EXIT } from '#model/errors';
import { DigestSchema } from '#model/digest';
import { parseValue } from '#model/parse';
import { versionsOf } from '#registry/versions';
import { hintedId, openTrusted, registryPlace } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay registry list`: every plugin and version, with its state. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const location = registryPlace(context.cwd, input.args[0] ?? '.');
  const root = parseValue(DigestSchema, requiredOption(input, 'root', 'Give the root’s digest: --root sha256:…'), {
    source: '--root',
    invalidCode: 'INPUT_INVALID',
  });
  const registry = await openTrusted(location, { id: await hintedId(location), root }, context.clock);
  const plugins = [];
  for (const name of await registry.list()) {
    const log = await registry.log(name);
    const versions = log === undefined ? [] : versionsOf(log);
    plugins.push({
      name,
      versions: versions.map(({ release: { version, publishedAt, capabilities, description }, state }) => ({
        version,
        state,
        publishedAt,
        capabilities,
        description,
      })),
    });
  }
  const { bold, dim } = context.colours;
  return {
    exit: EXIT.ok,
    json: { id: registry.id, serial: registry.snapshot.serial, expires: registry.snapshot.expires, plugins },
    text: [
      `${bold(registry.id)} ${dim(`snapshot ${registry.snapshot.serial}, valid until ${registry.snapshot.expires}`)}`,
      ...plugins.flatMap(({ name, versions }) =>
        versions.map(({ version, state, capabilities }) => {
          const needs = capabilities.length === 0 ? 'no capabilities' : capabilities.join(', ');
          return `${name} ${version}  ${state === 'active' ? '' : `${state}  `}${dim(needs)}`;
        }),
      ),
      ...(plugins.length === 0 ? [dim('nothing is published yet')] : []),
    ].join('\n'),
  };
}
