import { resolve } from 'node:path';
import { EXIT } from '#model/errors';
import { requireTrust } from '../../trust-file.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

/** `assay trust list`: what a runtime folder believes. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const runtime = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const trust = await requireTrust(runtime);
  const { bold, dim } = context.colours;
  const lines = Object.entries(trust.registries).flatMap(([id, { url, root }]) => {
    const bound = Object.keys(trust.namespaces).filter((namespace) => trust.namespaces[namespace] === id);
    return [
      `${bold(id)} ${url}`,
      dim(`  root ${root}`),
      dim(`  namespaces ${bound.length === 0 ? 'any that no other registry is bound to' : bound.join(', ')}`),
    ];
  });
  return { exit: EXIT.ok, json: trust, text: lines.join('\n') };
}
