import { resolve } from 'node:path';
import { DigestSchema } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import { NamespaceSchema } from '#model/names';
import { parseValue } from '#model/parse';
import { TrustPolicySchema } from '#model/trust-policy';
import { hintedId, openTrusted } from '../../registry-access.ts';
import { readTrust, writeTrust } from '../../trust-file.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption } from '../options.ts';

/** `assay trust add`: pins a registry’s root in a runtime folder, after opening the registry with it once. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [named = ''] = input.args;
  const url = /^https?:/i.test(named) ? named : resolve(context.cwd, named);
  const runtime = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const root = parseValue(DigestSchema, requiredOption(input, 'root', 'Give the root’s digest: --root sha256:…'), {
    source: '--root',
    invalidCode: 'INPUT_INVALID',
  });
  const id = await hintedId(url);
  await openTrusted(url, { id, root }, context.clock);
  const before =
    (await readTrust(runtime)) ??
    parseValue(
      TrustPolicySchema,
      { schema: 'assay.trust/1', registries: {}, namespaces: {} },
      { source: 'trust.json' },
    );
  const known = before.registries[id];
  if (known !== undefined && (known.root !== root || known.url !== url)) {
    throw new AssayError('REGISTRY_EXISTS', `${runtime} already trusts a registry ${id}, at ${known.url}`, {
      hint: 'Take it out of trust.json first, if that is what you mean. A changed root alone needs no new pin.',
    });
  }
  const namespaces = { ...before.namespaces };
  for (const text of listOption(input, 'namespace')) {
    const namespace = parseValue(NamespaceSchema, text, { source: '--namespace', invalidCode: 'INPUT_INVALID' });
    const bound = namespaces[namespace];
    if (bound !== undefined && bound !== id) {
      throw new AssayError(
        'PLUGIN_CONFLICT',
        `the namespace ${namespace} already belongs to the registry ${bound} here`,
        {
          hint: 'One namespace is served by one registry. Change trust.json if it is to move.',
        },
      );
    }
    namespaces[namespace] = id;
  }
  await writeTrust(runtime, {
    ...before,
    registries: { ...before.registries, [id]: { ...known, url, root } },
    namespaces,
  });
  return {
    exit: EXIT.ok,
    json: { runtime, id, url, root, namespaces },
    text: `trusts ${id} at ${url}, root ${root}`,
  };
}
