import { resolve } from 'node:path';
import { shortDigest } from '#model/digest';
import { EXIT } from '#model/errors';
import { showSize } from '#report/quantity';
import { installedSet } from '../../runtime-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay list`: the installed set. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const path = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const { number, createdAt, plugins } = await installedSet(path);
  const { bold, dim } = context.colours;
  return {
    exit: EXIT.ok,
    json: { generation: number, createdAt, plugins },
    text: [
      `generation ${number} ${dim(`since ${createdAt}`)}`,
      ...Object.entries(plugins).map(([name, { version, registry, artifact, capabilities }]) => {
        const needs = capabilities.length === 0 ? 'no capabilities' : capabilities.join(', ');
        return `${bold(name)} ${version}  ${dim(`${registry} · ${showSize(artifact.size)} · ${needs} · ${shortDigest(artifact.digest)}`)}`;
      }),
    ].join('\n'),
  };
}
