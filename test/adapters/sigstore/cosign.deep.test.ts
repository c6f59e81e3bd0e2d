import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { encodePrivateKey, encodePublicKey, generateKey } from '#adapters/keys/private-key';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { keySigner } from '#adapters/sigstore/key-signer';
import { keylessSigner } from '#adapters/sigstore/keyless-signer';
import { digestOf, hexOf } from '#model/digest';
import { PREDICATE } from '#model/statement';
import { encodeStatement } from '#trust/statement';
import { verificationSummaryStatement } from '#trust/verification-summary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIMS, startInstance, type TestInstance, tokenOf } from './instance.ts';

// cosign is a verifier that shares no code with ours. It is built from .ci/go-tools.txt; ASSAY_DEEP=1 asks for it.
const run = promisify(execFile);
const REFUSED = 'error during command execution';
const key = generateKey();
const artifact = Buffer.from('\0asm pretend module');
const other = Buffer.from('\0asm another module');
const statement = encodeStatement({
  subject: [{ name: 'greet.wasm', digest: { sha256: hexOf(digestOf(artifact)) } }],
  predicateType: PREDICATE.provenance,
  predicate: { buildDefinition: {}, runDetails: {} },
});

let folder: string;
let instance: TestInstance;
const file = (name: string): string => path.join(folder, name);

async function cosign(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, TUF_ROOT: file('tuf'), COSIGN_PASSWORD: 'secret' };
  const { stderr } = await run('cosign', args, { env, timeout: 60_000 });
  return stderr;
}

describe.skipIf(process.env['ASSAY_DEEP'] !== '1')('cosign (skipped unless ASSAY_DEEP=1)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'assay-cosign-'));
    instance = await startInstance();
    const signer = keySigner(key.privateKey);
    const keyless = keylessSigner({ instance: instance.v1, identityToken: async () => tokenOf(CLAIMS), retries: 0 });
    await writeFile(file('artifact.wasm'), artifact);
    await writeFile(file('other.wasm'), other);
    await writeFile(file('author.pub'), encodePublicKey(key.publicKey));
    await writeFile(file('stranger.pub'), encodePublicKey(generateKey().publicKey));
    await writeFile(file('author.key'), encodePrivateKey(key));
    await writeFile(file('trusted_root.json'), instance.trustedRoot);
    await writeFile(file('document.json'), await signer.signDocument(artifact));
    await writeFile(file('statement.json'), await signer.signStatement(statement));
    await writeFile(file('keyless-document.json'), await keyless.signDocument(artifact));
    await writeFile(file('keyless-statement.json'), await keyless.signStatement(statement));
  });
  afterAll(async () => {
    await instance.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('verifies what a local key signed', () => {
    const withKey = (name: string) => ['--key', file(`${name}.pub`), '--insecure-ignore-tlog=true'];
    const document = (name: string, blob: string) =>
      cosign('verify-blob', '--bundle', file('document.json'), ...withKey(name), file(blob));
    const attestation = (name: string, blob: string) =>
      cosign(
        'verify-blob-attestation',
        '--bundle',
        file('statement.json'),
        '--type',
        PREDICATE.provenance,
        ...withKey(name),
        file(blob),
      );

    it('over a document, and refuses other bytes and other keys', async () => {
      expect(await document('author', 'artifact.wasm')).toContain('Verified OK');
      await expect(document('author', 'other.wasm')).rejects.toThrow(REFUSED);
      await expect(document('stranger', 'artifact.wasm')).rejects.toThrow(REFUSED);
    });

    it('over a verdict, whose type is a URI of its own', async () => {
      const topic = {
        canonicalUrl: 'https://plugins.example.org',
        name: 'acme/greet',
        version: '1.4.0',
        platform: 'wasm32',
      };
      const verdict = verificationSummaryStatement({
        ...topic,
        artifact: digestOf(artifact),
        result: 'PASSED',
        policy: digestOf('policy'),
        rulesEdition: '1',
        timeVerified: new Date(),
        provenance: [digestOf('provenance')],
        buildLevel: 1,
      });
      await writeFile(file('verdict.json'), await keySigner(key.privateKey).signStatement(verdict));
      const type = ['--type', PREDICATE.verificationSummary];
      const bundle = ['--bundle', file('verdict.json')];
      expect(
        await cosign('verify-blob-attestation', ...bundle, ...type, ...withKey('author'), file('artifact.wasm')),
      ).toContain('Verified OK');
    });

    it('over a statement, and refuses other bytes and other keys', async () => {
      expect(await attestation('author', 'artifact.wasm')).toContain('Verified OK');
      await expect(attestation('author', 'other.wasm')).rejects.toThrow(REFUSED);
      await expect(attestation('stranger', 'artifact.wasm')).rejects.toThrow(REFUSED);
    });
  });

  describe('verifies what a workflow signed keylessly, offline', () => {
    const identity = (san: string) => [
      ...['--trusted-root', file('trusted_root.json')],
      ...['--certificate-identity', san, '--certificate-oidc-issuer', CLAIMS.iss],
    ];

    it('over a document, and refuses another identity', async () => {
      const verify = (san: string) =>
        cosign('verify-blob', '--bundle', file('keyless-document.json'), ...identity(san), file('artifact.wasm'));
      expect(await verify(CLAIMS.san)).toContain('Verified OK');
      await expect(verify(`${CLAIMS.san}2`)).rejects.toThrow(REFUSED);
    });

    it('over a statement, and refuses other bytes', async () => {
      const verify = (blob: string) =>
        cosign(
          'verify-blob-attestation',
          '--bundle',
          file('keyless-statement.json'),
          '--type',
          PREDICATE.provenance,
          ...identity(CLAIMS.san),
          file(blob),
        );
      expect(await verify('artifact.wasm')).toContain('Verified OK');
      await expect(verify('other.wasm')).rejects.toThrow(REFUSED);
    });
  });

  it('signs with a key of ours, and the bundle verifies here', async () => {
    await cosign('import-key-pair', '--key', file('author.key'), '--output-key-prefix', file('imported'));
    await writeFile(file('signing_config.json'), JSON.stringify(SIGNING_CONFIG));
    const bundle = file('by-cosign.json');
    const signing = [
      '--key',
      file('imported.key'),
      '--signing-config',
      file('signing_config.json'),
      '--bundle',
      bundle,
      '--yes',
    ];
    await cosign('sign-blob', ...signing, file('artifact.wasm'));
    const keyring = { [key.id]: key.publicKey };
    await expect(bundleVerifier().verifyDocument(await readFile(bundle), artifact, keyring)).resolves.toMatchObject({
      signer: { kind: 'key', keyId: key.id },
    });
  });
});

/** No certificate authority, no log and no timestamps: a signature with nothing but the key. */
const SIGNING_CONFIG = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [],
  oidcUrls: [],
  rekorTlogUrls: [],
  tsaUrls: [],
  rekorTlogConfig: { selector: 'ANY' },
  tsaConfig: { selector: 'ANY' },
};
