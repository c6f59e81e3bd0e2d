import { join, resolve } from 'node:path';
import { localBuildFiles } from '#adapters/fs/build-files';
import { readCapped } from '#adapters/fs/capped-read';
import { readKeyFile } from '#adapters/keys/key-files';
import { readPrivateKey } from '#adapters/keys/private-key';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { keySigner } from '#adapters/sigstore/key-signer';
import { readTrustedRoot } from '#adapters/sigstore/trusted-root';
import { directoryRegistry } from '#adapters/store/directory';
import { hasScheme, openRegistryReader } from '#adapters/store/open';
import type { Digest } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Role } from '#model/identity';
import { parseJson } from '#model/parse';
import { RegistryHintSchema } from '#model/registry-documents';
import { REGISTRY_PIN_FILE, RegistryPinSchema } from '#model/registry-pin';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import type { Signer } from '#ports/signer';
import { type OpenRegistry, openRegistry, type RegistryPin } from '#registry/open';
import type { PublishDependencies } from '#stages/publish/change-registry';
import { readNamedFile } from './named-file.ts';

const MAX_TRUSTED_ROOT_BYTES = 2 * 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** Verifies signatures by local keys. */
export function localVerifier(): BundleVerifier {
  return bundleVerifier();
}

/** Verifies keyless signatures too, where a trusted root of Sigstore is named. */
export async function namedVerifier(cwd: string, trustedRoot: string | undefined): Promise<BundleVerifier> {
  if (trustedRoot === undefined) return localVerifier();
  const bytes = await readNamedFile(cwd, trustedRoot, MAX_TRUSTED_ROOT_BYTES);
  return bundleVerifier({ trustedRoot: readTrustedRoot(bytes, trustedRoot) });
}

/** The signer of a role from its key file; ASSAY_KEY_PASSPHRASE opens an encrypted one. */
export async function roleSigner(keys: string, role: Role, env: Environment): Promise<Signer> {
  const passphrase = env['ASSAY_KEY_PASSPHRASE'];
  return keySigner((await readKeyFile(keys, role, passphrase === '' ? undefined : passphrase)).privateKey);
}

/** The signer behind the text of a private key, as a secret holds it. `source` names it in errors. */
export function textSigner(pem: string, source: string, passphrase: string | undefined): Signer {
  return keySigner(readPrivateKey(pem, passphrase, source).privateKey);
}

/** Where a registry lies: an address as it is, a folder relative to `cwd`. */
export function registryPlace(cwd: string, location: string): string {
  return hasScheme(location) ? location : resolve(cwd, location);
}

/** Remembers, beside the keys, which root the registry's maintainers made. */
export async function writePin(keys: string, pin: { readonly id: string; readonly root: Digest }): Promise<void> {
  const text = `${JSON.stringify({ schema: 'assay.registry-pin/1', ...pin }, null, 2)}\n`;
  await localBuildFiles.write(keys, [{ name: REGISTRY_PIN_FILE, bytes: new TextEncoder().encode(text) }]);
}

export async function readPin(keys: string): Promise<RegistryPin> {
  const pin = await pinIn(keys);
  if (pin !== undefined) return pin;
  const path = join(keys, REGISTRY_PIN_FILE);
  throw new AssayError('FILE_MISSING', `${path} does not exist, so it is not known which root to believe`, {
    hint: '`assay registry init` writes it beside the keys; copy it from there.',
  });
}

/** Throws REGISTRY_EXISTS where the keys are those of a registry: its pin would be lost, and with it its maintenance. */
export async function requireUnpinned(keys: string): Promise<void> {
  const pin = await pinIn(keys);
  if (pin === undefined) return;
  throw new AssayError('REGISTRY_EXISTS', `the keys in ${keys} are those of the registry ${pin.id}`, {
    hint: `Make others for another registry: assay keygen --out …. If ${pin.id} is gone, remove ${REGISTRY_PIN_FILE} first.`,
  });
}

async function pinIn(keys: string): Promise<RegistryPin | undefined> {
  const path = join(keys, REGISTRY_PIN_FILE);
  const bytes = await readCapped(path, 64 * 1024);
  if (bytes === undefined) return undefined;
  const { id, root } = parseJson(RegistryPinSchema, bytes, { source: path });
  return { id, root };
}

/** What changing a registry folder needs, with the snapshot key of a key folder. */
export async function publishing(options: {
  readonly registry: string;
  readonly keys: string;
  readonly env: Environment;
  readonly clock: Clock;
}): Promise<PublishDependencies> {
  return {
    registry: directoryRegistry(options.registry),
    pin: await readPin(options.keys),
    verifier: localVerifier(),
    signer: await roleSigner(options.keys, 'snapshot', options.env),
    clock: options.clock,
  };
}

/** Opens a registry for reading, from a root that the caller already trusts. */
export async function openTrusted(
  location: string,
  pin: RegistryPin,
  clock: Clock,
  verifier: BundleVerifier = localVerifier(),
): Promise<OpenRegistry> {
  return openRegistry(openRegistryReader(location), pin, { verifier, now: clock.now() });
}

/** The id that registry.json gives; the root, which is pinned, has to agree with it. */
export async function hintedId(location: string): Promise<string> {
  const bytes = await openRegistryReader(location).read('registry.json', 64 * 1024);
  if (bytes === undefined) {
    throw new AssayError('REGISTRY_UNKNOWN', `${location} holds no registry.json, so it is no registry`, {
      hint: 'Check the address; `assay registry init` makes a registry.',
    });
  }
  return parseJson(RegistryHintSchema, bytes, { source: `${location}/registry.json` }).id;
}
