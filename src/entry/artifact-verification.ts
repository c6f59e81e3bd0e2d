import { readPublicKey } from '#adapters/keys/private-key';
import { openRegistryReader } from '#adapters/store/open';
import type { CheckOutcome } from '#model/check-outcome';
import { type Digest, digestOf, shortDigest } from '#model/digest';
import { AssayError } from '#model/errors';
import { namespaceOf } from '#model/names';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import type { OpenRegistry } from '#registry/open';
import { type PluginVersion, versionsOf } from '#registry/versions';
import { verifyArtifact } from '#stages/verify/verify-artifact';
import { verifyFile } from '#stages/verify/verify-file';
import { readNamedFile } from './named-file.ts';
import { hintedId, localVerifier, openTrusted, registryPlace } from './registry-access.ts';

const MAX_PEM_BYTES = 64 * 1024;

/** The checks of one file against one bundle or one registry, in the order in which they were made. */
export interface NamedOutcomes {
  readonly against: string;
  readonly outcomes: readonly CheckOutcome[];
}

/** Checks bytes against bundle files that a local key must have signed. Throws KEY_UNUSABLE or what reading throws. */
export async function verifyAgainstBundles(
  cwd: string,
  bytes: Uint8Array,
  trusted: { readonly bundles: readonly string[]; readonly keyFile: string },
): Promise<NamedOutcomes[]> {
  const pem = new TextDecoder().decode(await readNamedFile(cwd, trusted.keyFile, MAX_PEM_BYTES));
  const key = readPublicKey(pem, trusted.keyFile);
  const results: NamedOutcomes[] = [];
  for (const path of trusted.bundles) {
    const { outcomes } = await verifyFile(localVerifier(), {
      bytes,
      bundle: await readNamedFile(cwd, path, REGISTRY_LIMITS.bundle),
      signers: [{ kind: 'key', keyId: key.id }],
      keyring: { [key.id]: key.publicKey },
    });
    results.push({ against: path, outcomes });
  }
  return results;
}

/**
 * Looks bytes up in a registry whose root is pinned, and checks all that it publishes about them. Throws
 * DIGEST_MISMATCH when it has published no such artifact, and what opening a registry throws.
 */
export async function verifyAgainstRegistry(
  cwd: string,
  bytes: Uint8Array,
  trusted: { readonly location: string; readonly root: Digest; readonly verifier: BundleVerifier },
  clock: Clock,
): Promise<NamedOutcomes> {
  const { verifier } = trusted;
  const place = registryPlace(cwd, trusted.location);
  const registry = await openTrusted(place, { id: await hintedId(place), root: trusted.root }, clock, verifier);
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
  const { outcomes } = await verifyArtifact(verifier, {
    bytes,
    artifact,
    release,
    bundles,
    root: registry.root,
    owners,
    acceptedPolicies: registry.acceptedPolicies,
    now: clock.now(),
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
