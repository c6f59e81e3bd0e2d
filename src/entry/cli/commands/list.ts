import { resolve } from 'node:path';
import { shortDigest } from '#model/digest';
import { EXIT } from '#model/errors';
import { showSize } from '#report/quantity';
import { installedSet, quarantinedIn } from '../../runtime-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay list`: the installed set. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const path = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const generation = await installedSet(path);
  const { number, createdAt, plugins } = generation;
  const quarantined = await quarantinedIn(path, generation);
  const blocked = new Set(quarantined.map(({ name }): string => name));
  const { bold, dim, red } = context.colours;
  return {
    exit: EXIT.ok,
    json: { generation: number, createdAt, plugins, quarantined },
    text: [
      `generation ${number} ${dim(`since ${createdAt}`)}`,
      ...Object.entries(plugins).map(([name, { version, registry, artifact, capabilities }]) => {
        const needs = capabilities.length === 0 ? 'no capabilities' : capabilities.join(', ');
        return `${bold(name)} ${version}  ${blocked.has(name) ? `${red('blocked')}  ` : ''}${dim(`${registry} · ${showSize(artifact.size)} · ${needs} · ${shortDigest(artifact.digest)}`)}`;
      }),
    ].join('\n'),
  };
}
