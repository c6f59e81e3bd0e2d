import { type Digest, DigestSchema, digestOf, shortDigest } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import { parseValue } from '#model/parse';
import { verifyAgainstBundles, verifyAgainstRegistry } from '../../artifact-verification.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { namedVerifier } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption, textOption } from '../options.ts';
import { compareRebuild } from '../reproduction.ts';

/** `assay verify`: each check of a file against bundles and a key, or against all that a trusted registry publishes. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [file = ''] = input.args;
  const bytes = await readNamedFile(context.cwd, file, MAX_MODULE_BYTES);
  const record = textOption(input, 'rebuild');
  const registry = textOption(input, 'registry');
  const bundles = listOption(input, 'bundle');
  // Each is an answer of its own, and one that was passed over would be taken for given.
  if ([record !== undefined, registry !== undefined, bundles.length > 0].filter(Boolean).length !== 1) {
    throw new AssayError('USAGE', 'verify needs one of --bundle with --key, --registry with --root, and --rebuild', {
      hint: 'For example: assay verify plugin.wasm --bundle plugin.provenance.sigstore.json --key author.pub',
    });
  }
  if (record !== undefined) return compareRebuild(bytes, record, textOption(input, 'source') ?? '.', context);
  const results =
    registry === undefined
      ? await verifyAgainstBundles(context.cwd, bytes, {
          bundles,
          keyFile: requiredOption(input, 'key', 'Name the public key that must have signed: --key author.pub'),
        })
      : [
          await verifyAgainstRegistry(
            context.cwd,
            bytes,
            {
              location: registry,
              root: rootOption(input),
              verifier: await namedVerifier(context.cwd, textOption(input, 'trustedRoot')),
            },
            context.clock,
          ),
        ];
  const failed = results.some(({ outcomes }) => outcomes.some(({ ok }) => !ok));
  const { green, red, dim, bold } = context.colours;
  return {
    exit: failed ? EXIT.unverified : EXIT.ok,
    json: { file, digest: digestOf(bytes), verified: !failed, results },
    text: results
      .flatMap(({ against, outcomes }) => [
        bold(against),
        ...outcomes.map(
          ({ check, ok, detail }) => `  ${ok ? green('✓') : red('✗')} ${check.padEnd(12)} ${dim(detail)}`,
        ),
      ])
      .concat(failed ? red('not verified') : green(`verified ${shortDigest(digestOf(bytes))}`))
      .join('\n'),
  };
}

function rootOption(input: CommandInput): Digest {
  return parseValue(DigestSchema, requiredOption(input, 'root', 'Give the root’s digest: --root sha256:…'), {
    source: '--root',
    invalidCode: 'INPUT_INVALID',
  });
}
