import { resolve } from 'node:path';
import { readPublicKey } from '#adapters/keys/private-key';
import { openRegistryReader } from '#adapters/store/open';
import type { CheckOutcome } from '#model/check-outcome';
import { DigestSchema, digestOf, shortDigest } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import { namespaceOf } from '#model/names';
import { parseValue } from '#model/parse';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import type { OpenRegistry } from '#registry/open';
import { type PluginVersion, versionsOf } from '#registry/versions';
import { verifyArtifact } from '#stages/verify/verify-artifact';
import { verifyFile } from '#stages/verify/verify-file';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { hintedId, localVerifier, openTrusted } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption, textOption } from '../options.ts';

interface NamedOutcomes {
  readonly against: string;
  readonly outcomes: readonly CheckOutcome[];
}

/** `assay verify`: each check of a file against bundles and a key, or against all that a trusted registry publishes. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [file = ''] = input.args;
  const bytes = await readNamedFile(context.cwd, file, MAX_MODULE_BYTES);
  const registry = textOption(input, 'registry');
  const bundles = listOption(input, 'bundle');
  if ((registry === undefined) === (bundles.length === 0)) {
    throw new AssayError('USAGE', 'verify needs either --bundle with --key, or --registry with --root', {
      hint: 'For example: assay verify plugin.wasm --bundle plugin.provenance.sigstore.json --key author.pub',
    });
  }
  const results =
    registry === undefined
      ? await againstBundles(bytes, bundles, input, context)
      : [await againstRegistry(bytes, registry, input, context)];
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

async function againstBundles(
  bytes: Uint8Array,
  paths: readonly string[],
  input: CommandInput,
  context: CliContext,
): Promise<NamedOutcomes[]> {
  const keyFile = requiredOption(input, 'key', 'Name the public key that must have signed: --key author.pub');
  const pem = new TextDecoder().decode(await readNamedFile(context.cwd, keyFile, 64 * 1024));
  const key = readPublicKey(pem, keyFile);
  const results: NamedOutcomes[] = [];
  for (const path of paths) {
    const { outcomes } = await verifyFile(localVerifier(), {
      bytes,
      bundle: await readNamedFile(context.cwd, path, REGISTRY_LIMITS.bundle),
      signers: [{ kind: 'key', keyId: key.id }],
      keyring: { [key.id]: key.publicKey },
    });
    results.push({ against: path, outcomes });
  }
  return results;
}

async function againstRegistry(
  bytes: Uint8Array,
  location: string,
  input: CommandInput,
  context: CliContext,
): Promise<NamedOutcomes> {
  const root = parseValue(DigestSchema, requiredOption(input, 'root', 'Give the root’s digest: --root sha256:…'), {
    source: '--root',
    invalidCode: 'INPUT_INVALID',
  });
  const place = /^https?:/i.test(location) ? location : resolve(context.cwd, location);
  const registry = await openTrusted(place, { id: await hintedId(place), root }, context.clock);
  const { version, artifact } = await findArtifact(registry, bytes);
  const { release } = version;
  const owners = await registry.owners(namespaceOf(release.name));
  if (owners === undefined) {
    throw new AssayError('INDEX_TAMPERED', `${registry.id} lists ${release.name}, but no owners of its namespace`);
  }
  const reader = openRegistryReader(place);
  const bundles: Uint8Array[] = [];
  const wanted = [...release.bundles, ...version.verdicts.map(({ bundle }) => bundle)];
  for (const descriptor of wanted.filter((one) => one.artifact === artifact.digest)) {
    const found = await reader.read(LAYOUT.bundle(artifact.digest, descriptor.digest), REGISTRY_LIMITS.bundle);
    if (found !== undefined && digestOf(found) === descriptor.digest) bundles.push(found);
  }
  const { outcomes } = await verifyArtifact(localVerifier(), {
    bytes,
    artifact,
    release,
    bundles,
    root: registry.root,
    owners,
    acceptedPolicies: registry.acceptedPolicies,
    now: context.clock.now(),
  });
  const state: CheckOutcome = {
    check: 'state',
    ok: version.state !== 'blocked',
    detail: version.stateEvent === undefined ? version.state : `${version.state}: ${version.stateEvent.reason}`,
  };
  return { against: `${registry.id} ${release.name} ${release.version}`, outcomes: [...outcomes, state] };
}

async function findArtifact(registry: OpenRegistry, bytes: Uint8Array) {
  const digest = digestOf(bytes);
  for (const name of await registry.list()) {
    const log = await registry.log(name);
    const versions: readonly PluginVersion[] = log === undefined ? [] : versionsOf(log);
    for (const version of versions) {
      const artifact = version.release.artifacts.find((candidate) => candidate.digest === digest);
      if (artifact !== undefined) return { version, artifact };
    }
  }
  throw new AssayError(
    'DIGEST_MISMATCH',
    `${registry.id} has published no artifact with these bytes (${shortDigest(digest)})`,
    {
      hint: 'The file was changed, or comes from another registry.',
    },
  );
}
