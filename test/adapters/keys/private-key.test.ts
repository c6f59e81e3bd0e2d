import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readKeyFile, readPublicKeyFile, writeKeyFiles } from '#adapters/keys/key-files';
import {
  encodePrivateKey,
  encodePublicKey,
  generateKey,
  readPrivateKey,
  readPublicKey,
} from '#adapters/keys/private-key';
import { keyIdOf } from '#model/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('local keys', () => {
  it('are ECDSA P-256 and named by the sha256 of their SubjectPublicKeyInfo', () => {
    const key = generateKey();
    expect(key.privateKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(key.id).toBe(keyIdOf(Buffer.from(key.publicKey.spki, 'base64')));
    expect(generateKey().id).not.toBe(key.id);
  });

  it('survive being written and read, with and without a passphrase', () => {
    const key = generateKey();
    expect(readPrivateKey(encodePrivateKey(key)).id).toBe(key.id);
    const locked = encodePrivateKey(key, 'correct horse');
    expect(locked).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(readPrivateKey(locked, 'correct horse').id).toBe(key.id);
    expect(readPublicKey(encodePublicKey(key.publicKey))).toEqual({ id: key.id, publicKey: key.publicKey });
  });

  it('are refused with a wrong or missing passphrase', () => {
    const locked = encodePrivateKey(generateKey(), 'correct horse');
    expect(() => readPrivateKey(locked, 'battery staple')).toThrow(code('KEY_UNUSABLE'));
    expect(() => readPrivateKey(locked)).toThrow(/encrypted and no passphrase/);
  });

  it('are refused when they are of another kind', () => {
    const pem = (pair: { privateKey: { export(options: object): unknown } }) =>
      String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(() => readPrivateKey(pem(generateKeyPairSync('ed25519')))).toThrow(code('KEY_UNUSABLE'));
    expect(() => readPrivateKey(pem(generateKeyPairSync('ec', { namedCurve: 'secp384r1' })))).toThrow(/P-256/);
    expect(() => readPrivateKey('not a key')).toThrow(code('KEY_UNUSABLE'));
    expect(() => readPrivateKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')).toThrow(/damaged/);
  });

  it('are not taken for public keys', () => {
    expect(() => readPublicKey(encodePrivateKey(generateKey()))).toThrow(code('KEY_UNUSABLE'));
  });
});

describe('key files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'assay-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are one private and one public file a role', async () => {
    const key = generateKey();
    await writeKeyFiles(folder, 'verdict', key, 'secret');
    expect(await readdir(folder)).toEqual(['verdict.key', 'verdict.pub']);
    expect((await readKeyFile(folder, 'verdict', 'secret')).id).toBe(key.id);
    expect((await readPublicKeyFile(folder, 'verdict')).id).toBe(key.id);
  });

  it.skipIf(process.platform === 'win32')('keep the private half from other users', async () => {
    const { privateFile } = await writeKeyFiles(folder, 'author', generateKey());
    expect((await stat(privateFile)).mode & 0o777).toBe(0o600);
  });

  it('are never overwritten', async () => {
    const first = generateKey();
    await writeKeyFiles(folder, 'root', first);
    await expect(writeKeyFiles(folder, 'root', generateKey())).rejects.toThrow(/never overwritten/);
    expect((await readKeyFile(folder, 'root')).id).toBe(first.id);
  });

  it('say which role is missing a key', async () => {
    await expect(readKeyFile(folder, 'snapshot')).rejects.toThrow(code('KEY_MISSING'));
  });
});
