import { AssayError, type ErrorCode } from '#model/errors';
import { type Identity, type Keyring, keyIdOf } from '#model/identity';

/**
 * Checks that every key stands under its own id and that every key identity names a key of the keyring. Without the
 * first, one key under two ids would count as two signers.
 */
export function requireKeyring(keyring: Keyring, holders: readonly Identity[], source: string, code: ErrorCode): void {
  for (const [id, key] of Object.entries(keyring)) {
    const actual = keyIdOf(Buffer.from(key.spki, 'base64'));
    if (actual === id) continue;
    throw new AssayError(code, `${source} lists a key under the id ${id}, but the key's own id is ${actual}`, {
      hint: 'A key id is the sha256 of the DER SubjectPublicKeyInfo; `assay keygen` prints it.',
    });
  }
  for (const holder of holders) {
    if (holder.kind !== 'key' || Object.hasOwn(keyring, holder.keyId)) continue;
    throw new AssayError(code, `${source} names the key ${holder.keyId} and does not list it under keys`, {
      hint: 'Add the public key to the keys of the document.',
    });
  }
}

/** Several keyrings as one. Ids are digests of the keys, so equal ids mean equal keys once the rings were checked. */
export function mergeKeyrings(...keyrings: readonly Keyring[]): Keyring {
  return Object.assign({}, ...keyrings);
}
