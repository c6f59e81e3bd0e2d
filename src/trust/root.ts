import { type Digest, digestOf } from '#model/digest';
import { AssayError, isAssayError } from '#model/errors';
import type { Identity, KeyId } from '#model/identity';
import { parseJson } from '#model/parse';
import { type Root, RootSchema } from '#model/registry-documents';
import type { BundleVerifier } from '#model/verified-bundle';
import { mergeKeyrings, requireKeyring } from './keyring.ts';

/** Largest accepted `root/N.json` in bytes. */
export const MAX_ROOT_BYTES = 256 * 1024;
/** Largest accepted `root/N.sigstore.jsonl` in bytes. */
export const MAX_ROOT_SIGNATURES_BYTES = 1024 * 1024;
const MAX_SIGNATURES = 64;

/** The bundles of a `.sigstore.jsonl` file, one a line. Throws ROOT_INVALID for an empty line or too many. */
export function splitBundles(signatures: Uint8Array): readonly Uint8Array[] {
  if (signatures.length > MAX_ROOT_SIGNATURES_BYTES) throw invalid('its signature file is too large');
  const lines = Buffer.from(signatures).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines.length > MAX_SIGNATURES || lines.includes('')) {
    throw invalid(`its signature file must hold 1 to ${MAX_SIGNATURES} bundles, one a line`);
  }
  return lines.map((line) => new TextEncoder().encode(line));
}

/** One `.sigstore.jsonl` file from single bundles. */
export function joinBundles(bundles: readonly Uint8Array[]): Uint8Array {
  return Buffer.from(bundles.map((bundle) => `${Buffer.from(bundle).toString('utf8').trimEnd()}\n`).join(''));
}

/**
 * Parses a root and checks what a schema cannot: every key stands under its own id, every identity's key is listed,
 * and no key holds two roles (resolution may share the verdict's). Throws ROOT_INVALID. Signatures are not looked at.
 */
export function parseRoot(document: Uint8Array): Root {
  let root: Root;
  try {
    root = parseJson(RootSchema, document, { source: 'the root', maxBytes: MAX_ROOT_BYTES });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('ROOT_INVALID', message, {
      cause,
      ...(isAssayError(cause) ? { problems: cause.problems } : {}),
    });
  }
  const { verdict, resolution, snapshot, config = [] } = root.roles;
  requireKeyring(root.keys, [...verdict, ...resolution, ...snapshot, ...config], 'the root', 'ROOT_INVALID');
  requireSeparateKeys([root.rootKeys, keysOf([...verdict, ...resolution]), keysOf(snapshot), keysOf(config)]);
  return root;
}

/**
 * Checks the first root: it is the pinned bytes and is signed by its own threshold.
 * Throws ROOT_INVALID or BUNDLE_MALFORMED. Expiry is not looked at, since a newer root may stand behind it.
 */
export async function verifyPinnedRoot(
  verifier: BundleVerifier,
  document: Uint8Array,
  signatures: Uint8Array,
  pin: Digest,
): Promise<Root> {
  if (digestOf(document) !== pin) {
    throw new AssayError('ROOT_INVALID', `the registry's root is ${digestOf(document)}, not the pinned ${pin}`, {
      hint: 'Ask the registry’s owner for the digest of its first root over another channel; do not copy it from the registry.',
    });
  }
  const root = parseRoot(document);
  requireThreshold(root, await signersOf(verifier, document, signatures, [root]), `root ${root.version}`);
  return root;
}

/**
 * Checks the next root: exactly one version higher, of the same registry, and signed by the threshold of the root
 * before it and by its own (TUF 1.0.33, 5.3.4 to 5.3.5). Throws ROOT_INVALID or BUNDLE_MALFORMED.
 */
export async function verifyNextRoot(
  verifier: BundleVerifier,
  current: Root,
  document: Uint8Array,
  signatures: Uint8Array,
): Promise<Root> {
  const next = parseRoot(document);
  if (next.version !== current.version + 1) {
    throw invalid(`version ${next.version} cannot follow version ${current.version}`);
  }
  if (next.registryId !== current.registryId || next.canonicalUrl !== current.canonicalUrl) {
    throw invalid(`version ${next.version} is of another registry (${next.registryId}, ${next.canonicalUrl})`);
  }
  const signers = await signersOf(verifier, document, signatures, [current, next]);
  requireThreshold(current, signers, `root ${next.version} by the keys of root ${current.version}`);
  requireThreshold(next, signers, `root ${next.version} by its own keys`);
  return next;
}

/** Throws ROOT_EXPIRED. */
export function requireUnexpiredRoot(root: Root, now: Date): void {
  if (now.getTime() < Date.parse(root.expires)) return;
  throw new AssayError('ROOT_EXPIRED', `root ${root.version} of ${root.registryId} expired on ${root.expires}`, {
    hint: 'The registry’s owner must sign a new root; until then nothing new is installed from it.',
  });
}

/** The distinct keys whose signature over the document holds, root keys or not. Signatures that do not verify count for nothing. */
async function signersOf(
  verifier: BundleVerifier,
  document: Uint8Array,
  signatures: Uint8Array,
  roots: readonly Root[],
): Promise<ReadonlySet<KeyId>> {
  const keyring = mergeKeyrings(...roots.map((root) => root.keys));
  const signers = new Set<KeyId>();
  for (const bundle of splitBundles(signatures)) {
    try {
      const { signer } = await verifier.verifyDocument(bundle, document, keyring);
      if (signer.kind === 'key') signers.add(signer.keyId);
    } catch (error) {
      if (!isAssayError(error) || error.code !== 'BUNDLE_INVALID') throw error;
    }
  }
  return signers;
}

function requireThreshold(root: Root, signers: ReadonlySet<KeyId>, what: string): void {
  const count = root.rootKeys.filter((id) => signers.has(id)).length;
  if (count >= root.threshold) return;
  throw new AssayError('ROOT_INVALID', `${what}: signed by ${count} of the ${root.threshold} keys that are needed`, {
    hint: 'The holders of the root keys must sign the same bytes; each key counts once.',
  });
}

function keysOf(holders: readonly Identity[]): readonly KeyId[] {
  return [...new Set(holders.flatMap((holder) => (holder.kind === 'key' ? [holder.keyId] : [])))];
}

function requireSeparateKeys(roles: readonly (readonly KeyId[])[]): void {
  const seen = new Set<KeyId>();
  for (const id of roles.flat()) {
    if (seen.has(id)) throw invalid(`the key ${id} holds more than one role`);
    seen.add(id);
  }
}

function invalid(why: string): AssayError {
  return new AssayError('ROOT_INVALID', `the registry's root is not acceptable: ${why}`, {
    hint: 'Compare with the root the registry’s owner publishes; do not trust this registry until it is settled.',
  });
}
