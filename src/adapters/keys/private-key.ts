import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AssayError } from '#model/errors';
import { type KeyId, keyIdOf, type PublicKey } from '#model/identity';

/** A private key together with what others need to check its signatures. */
export interface KeyPair {
  readonly id: KeyId;
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

const MAX_PEM_LENGTH = 16 * 1024;

/** A new ECDSA key on P-256, the one algorithm of Assay's local keys. */
export function generateKey(): KeyPair {
  return keyPairOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
}

/** The key pair behind a private key. Throws KEY_UNUSABLE for anything but ECDSA on P-256. */
export function keyPairOf(privateKey: KeyObject): KeyPair {
  requireP256(privateKey, 'the private key');
  const { id, publicKey } = describePublicKey(createPublicKey(privateKey));
  return { id, privateKey, publicKey };
}

/**
 * Reads a PKCS#8 PEM (RFC 5958), encrypted or not.
 * Throws KEY_UNUSABLE for a wrong passphrase, another kind of key, or a file that holds none.
 */
export function readPrivateKey(pem: string, passphrase?: string, source = 'the private key'): KeyPair {
  const encrypted = pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');
  if (pem.length > MAX_PEM_LENGTH || !(encrypted || pem.includes('-----BEGIN PRIVATE KEY-----'))) {
    throw new AssayError('KEY_UNUSABLE', `${source} is not a PKCS#8 private key in PEM form`, {
      hint: 'Make one with `assay keygen`, or convert with `openssl pkcs8 -topk8 -nocrypt -in KEY`.',
    });
  }
  if (encrypted && passphrase === undefined) {
    throw new AssayError('KEY_UNUSABLE', `${source} is encrypted and no passphrase was given`, {
      hint: 'Set ASSAY_KEY_PASSPHRASE to the passphrase of the key.',
    });
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(encrypted ? { passphrase: passphrase ?? '' } : {}) });
  } catch (cause) {
    const why = encrypted ? 'cannot be decrypted with the passphrase given' : 'is damaged';
    throw new AssayError('KEY_UNUSABLE', `${source} ${why}`, {
      cause,
      hint: encrypted ? 'Check ASSAY_KEY_PASSPHRASE.' : 'Restore the key file from its backup, or rotate the key.',
    });
  }
  requireP256(key, source);
  return keyPairOf(key);
}

/** Reads a public key in PEM form (SubjectPublicKeyInfo). Throws KEY_UNUSABLE. */
export function readPublicKey(pem: string, source = 'the public key'): { id: KeyId; publicKey: PublicKey } {
  let key: KeyObject;
  try {
    // node:crypto would also derive a public key from a private one; a private key has no place here.
    if (pem.length > MAX_PEM_LENGTH || !pem.includes('-----BEGIN PUBLIC KEY-----')) throw new Error('no PUBLIC KEY');
    key = createPublicKey({ key: pem, format: 'pem' });
  } catch (cause) {
    throw new AssayError('KEY_UNUSABLE', `${source} is not a public key in PEM form`, {
      cause,
      hint: 'Name the .pub file that `assay keygen` wrote, or the output of `cosign public-key`.',
    });
  }
  requireP256(key, source);
  return describePublicKey(key);
}

/** PKCS#8 PEM, encrypted with AES-256-CBC (PBES2) when a passphrase is given. */
export function encodePrivateKey(key: KeyPair, passphrase?: string): string {
  const protection = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return key.privateKey.export({ type: 'pkcs8', format: 'pem', ...protection }).toString();
}

/** SubjectPublicKeyInfo PEM, as openssl and cosign read it. */
export function encodePublicKey(publicKey: PublicKey): string {
  const der = Buffer.from(publicKey.spki, 'base64');
  return createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' }).toString();
}

function describePublicKey(key: KeyObject): { id: KeyId; publicKey: PublicKey } {
  const spki = key.export({ type: 'spki', format: 'der' });
  return { id: keyIdOf(spki), publicKey: { type: 'ecdsa-p256', spki: spki.toString('base64') } };
}

function requireP256(key: KeyObject, source: string): void {
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return;
  throw new AssayError('KEY_UNUSABLE', `${source} is not an ECDSA key on the curve P-256`, {
    hint: 'Make one with `assay keygen`.',
  });
}
