import { resolve } from 'node:path';
import { canonicalJson } from '#model/canonical-json';
import { DigestSchema } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import { parseValue } from '#model/parse';
import { changePolicies } from '#stages/publish/policies';
import { loadPolicy } from '../../documents.ts';
import { publishing } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption } from '../options.ts';

/** `assay registry policy FOLDER`: which policies’ verdicts count from the next snapshot on. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const accepted = listOption(input, 'accept').map((reference) => loadPolicy(reference, context.cwd));
  const retired = listOption(input, 'retire').map((text) =>
    parseValue(DigestSchema, text, { source: '--retire', invalidCode: 'INPUT_INVALID' }),
  );
  if (accepted.length + retired.length === 0) {
    throw new AssayError('USAGE', 'no policy was named', { hint: 'Name one to --accept, or a digest to --retire.' });
  }
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Name the key folder: --keys keys'));
  const registry = resolve(context.cwd, input.args[0] ?? '.');
  const { snapshot } = await changePolicies(
    { accept: accepted.map(({ flat }) => new TextEncoder().encode(canonicalJson(flat))), retire: retired },
    await publishing({ registry, keys, env: context.env, clock: context.clock }),
  );
  const { serial, acceptedPolicies } = snapshot;
  return {
    exit: EXIT.ok,
    json: { serial, acceptedPolicies },
    text: [`snapshot ${serial} accepts`, ...acceptedPolicies.map((digest) => `  ${digest}`)].join('\n'),
  };
}
