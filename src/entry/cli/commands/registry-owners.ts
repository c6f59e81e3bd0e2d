import { resolve } from 'node:path';
import { readPublicKey } from '#adapters/keys/private-key';
import { AssayError, EXIT } from '#model/errors';
import { NamespaceSchema } from '#model/names';
import { parseValue } from '#model/parse';
import { setOwners } from '#stages/publish/maintain';
import { readNamedFile } from '../../named-file.ts';
import { publishing } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption, listOption, requiredOption } from '../options.ts';

const MAX_KEY_BYTES = 64 * 1024;

/** `assay registry owners FOLDER NAMESPACE`: who may publish under a namespace. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [folder = '.', text = ''] = input.args;
  const namespace = parseValue(NamespaceSchema, text, { source: 'the namespace', invalidCode: 'INPUT_INVALID' });
  const files = listOption(input, 'key');
  if (files.length === 0) {
    throw new AssayError('USAGE', 'no author’s key was named', { hint: 'Name one or more: --key author.pub' });
  }
  const authors = [];
  for (const file of files) {
    const pem = new TextDecoder().decode(await readNamedFile(context.cwd, file, MAX_KEY_BYTES));
    authors.push(readPublicKey(pem, file));
  }
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const { snapshot } = await setOwners(
    {
      namespace,
      authors: authors.map(({ id }) => ({ kind: 'key' as const, keyId: id })),
      keys: Object.fromEntries(authors.map(({ id, publicKey }) => [id, publicKey])),
    },
    await publishing({ registry: resolve(context.cwd, folder), keys, env: context.env, clock: context.clock }),
    { replace: flagOption(input, 'replace') },
  );
  return {
    exit: EXIT.ok,
    json: { namespace, authors: authors.map(({ id }) => id), serial: snapshot.serial },
    text: `${namespace} is owned by ${authors.map(({ id }) => id.slice(0, 12)).join(', ')} as of snapshot ${snapshot.serial}`,
  };
}
