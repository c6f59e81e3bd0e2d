import { resolve } from 'node:path';
import { DigestSchema } from '#model/digest';
import { EXIT } from '#model/errors';
import { parseValue } from '#model/parse';
import { registryPlace } from '../../registry-access.ts';
import { trustRegistry } from '../../trust-registry.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption } from '../options.ts';

/** `assay trust add`: pins a registry’s root in a runtime folder, after opening the registry with it once. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [named = ''] = input.args;
  const url = registryPlace(context.cwd, named);
  const runtime = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const root = parseValue(DigestSchema, requiredOption(input, 'root', 'Give the root’s digest: --root sha256:…'), {
    source: '--root',
    invalidCode: 'INPUT_INVALID',
  });
  const {
    id,
    trust: { namespaces },
  } = await trustRegistry(
    { runtime, url, root, namespaces: listOption(input, 'namespace'), source: '--namespace' },
    context.clock,
  );
  return {
    exit: EXIT.ok,
    json: { runtime, id, url, root, namespaces },
    text: `trusts ${id} at ${url}, root ${root}`,
  };
}
