import { constants } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { AssayError } from '#model/errors';
import type { KeyId, PublicKey, Role } from '#model/identity';
import { diskError, systemCode } from '../fs/disk-errors.ts';
import { encodePrivateKey, encodePublicKey, type KeyPair, readPrivateKey, readPublicKey } from './private-key.ts';

/**
 * Writes `<role>.key` (readable by its owner alone) and `<role>.pub` into a folder, and never over an existing key.
 * Throws KEY_UNUSABLE when the role already has a key there, FILE_UNWRITABLE when the folder cannot be written.
 */
export async function writeKeyFiles(
  folder: string,
  role: Role,
  key: KeyPair,
  passphrase?: string,
): Promise<{ readonly privateFile: string; readonly publicFile: string }> {
  const privateFile = path.join(folder, `${role}.key`);
  const publicFile = path.join(folder, `${role}.pub`);
  await attempt(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  await create(privateFile, encodePrivateKey(key, passphrase), 0o600, role);
  try {
    await create(publicFile, encodePublicKey(key.publicKey), 0o644, role);
  } catch (error) {
    await rm(privateFile, { force: true });
    throw error;
  }
  return { privateFile, publicFile };
}

/** Reads the private key of a role. Throws KEY_MISSING, KEY_UNUSABLE or FILE_UNREADABLE. */
export async function readKeyFile(folder: string, role: Role, passphrase?: string): Promise<KeyPair> {
  const file = path.join(folder, `${role}.key`);
  return readPrivateKey(await text(file, role), passphrase, file);
}

/** Reads the public key of a role. Throws KEY_MISSING, KEY_UNUSABLE or FILE_UNREADABLE. */
export async function readPublicKeyFile(
  folder: string,
  role: Role,
): Promise<{ readonly id: KeyId; readonly publicKey: PublicKey }> {
  const file = path.join(folder, `${role}.pub`);
  return readPublicKey(await text(file, role), file);
}

async function create(file: string, content: string, mode: number, role: Role): Promise<void> {
  await attempt(file, async () => {
    const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }).catch((error: unknown) => {
    if (error instanceof AssayError && systemCode(error.cause) === 'EEXIST') {
      throw new AssayError('KEY_UNUSABLE', `${file} already exists; keys are never overwritten`, {
        hint: `Name another folder, or move ${role}.key and ${role}.pub away first.`,
      });
    }
    throw error;
  });
}

async function attempt<T>(target: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw diskError(cause, 'written', target);
  }
}

async function text(file: string, role: Role): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') {
      throw new AssayError('KEY_MISSING', `no key of role ${role}: ${file} does not exist`, {
        cause,
        hint: `Make one with \`assay keygen --role ${role}\`.`,
      });
    }
    throw diskError(cause, 'read', file);
  }
}
