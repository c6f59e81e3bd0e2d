import { inspect } from 'node:util';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { keylessSigner, type SigstoreInstance } from '#adapters/sigstore/keyless-signer';
import { readTrustedRoot } from '#adapters/sigstore/trusted-root';
import { BUNDLE_MEDIA_TYPE } from '#model/statement';
import { identityMismatch } from '#trust/identity';
import { encodeStatement } from '#trust/statement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIMS, IDENTITY, startInstance, type TestInstance, tokenOf } from './instance.ts';

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance();
});
afterAll(() => instance.close());

const statement = encodeStatement({
  subject: [{ name: 'greet.wasm', digest: { sha256: 'c'.repeat(64) } }],
  predicateType: 'https://example.com/test/v1',
  predicate: {},
});
const document = new TextEncoder().encode('{"serial":1}');

function signer(which: SigstoreInstance, claims: Readonly<Record<string, string>> = CLAIMS) {
  return keylessSigner({ instance: which, identityToken: async () => tokenOf(claims), retries: 0, timeoutMs: 5000 });
}

function verifier() {
  return bundleVerifier({ trustedRoot: readTrustedRoot(instance.trustedRoot) });
}

describe.each(['v1', 'v2'] as const)('a keyless signature logged in Rekor %s', (version) => {
  it('over a statement verifies offline and proves every field of the workload', async () => {
    const bundle = await signer(instance[version]).signStatement(statement);
    const verified = await verifier().verifyStatement(bundle, {});
    expect(verified.statement).toEqual(statement);
    expect(verified.signer).toEqual({
      kind: 'keyless',
      issuer: CLAIMS.iss,
      san: CLAIMS.san,
      signerUri: `https://github.com/${CLAIMS.job_workflow_ref}`,
      signerDigest: CLAIMS.job_workflow_sha,
      sourceRepositoryId: CLAIMS.repository_id,
      sourceOwnerId: CLAIMS.repository_owner_id,
      ref: CLAIMS.ref,
      trigger: CLAIMS.event_name,
      runnerEnvironment: CLAIMS.runner_environment,
    });
    expect(identityMismatch(verified.signer, IDENTITY)).toBeUndefined();
  });

  it('over a document verifies, in a bundle of version 0.3', async () => {
    const bundle = await signer(instance[version]).signDocument(document);
    expect(JSON.parse(Buffer.from(bundle).toString('utf8'))).toMatchObject({ mediaType: BUNDLE_MEDIA_TYPE });
    const { signer: proven } = await verifier().verifyDocument(bundle, document, {});
    expect(identityMismatch(proven, IDENTITY)).toBeUndefined();
  });

  it('does not verify over other bytes', async () => {
    const bundle = await signer(instance[version]).signDocument(document);
    await expect(verifier().verifyDocument(bundle, Buffer.from('{"serial":2}'), {})).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
    });
  });
});

describe('a keyless signature', () => {
  it('does not verify without a trusted root, or under that of another instance', async () => {
    const bundle = await signer(instance.v1).signStatement(statement);
    await expect(bundleVerifier().verifyStatement(bundle, {})).rejects.toThrow(/no Sigstore trusted root/);
    const other = await startInstance();
    const elsewhere = bundleVerifier({ trustedRoot: readTrustedRoot(other.trustedRoot) });
    await other.close();
    await expect(elsewhere.verifyStatement(bundle, {})).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it.each(['tlogEntries', 'timestampVerificationData'] as const)('needs its %s', async (part) => {
    const bundle = JSON.parse(Buffer.from(await signer(instance.v2).signStatement(statement)).toString('utf8'));
    delete bundle.verificationMaterial[part];
    await expect(verifier().verifyStatement(Buffer.from(JSON.stringify(bundle)), {})).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
    });
  });

  it('proves nothing about claims that the token did not make', async () => {
    const { runner_environment: _, ...claims } = CLAIMS;
    const bundle = await signer(instance.v1, claims).signStatement(statement);
    const { signer: proven } = await verifier().verifyStatement(bundle, {});
    expect(identityMismatch(proven, IDENTITY)).toBe('the certificate does not state its runner environment');
  });
});

describe('signing keylessly', () => {
  it('says that the permission is missing, and never shows the token', async () => {
    const failing = keylessSigner({ instance: instance.v1, identityToken: () => Promise.reject(new Error('no env')) });
    await expect(failing.signStatement(statement)).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });
    const secret = 'not-a-jwt-but-secret';
    const leaking = keylessSigner({ instance: instance.v1, identityToken: async () => secret });
    const error: unknown = await leaking.signStatement(statement).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PERMISSION_MISSING' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  });

  it('tells a refusal from an outage', async () => {
    const nowhere = { ...instance.v1, fulcioUrl: `${instance.v1.fulcioUrl}/nowhere` };
    await expect(signer(nowhere).signStatement(statement)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
    const down = { ...instance.v1, rekorUrl: 'http://127.0.0.1:9/rekor' };
    await expect(signer(down).signStatement(statement)).rejects.toMatchObject({ code: 'NETWORK' });
  });

  it('with Rekor v2 needs a timestamp authority', () => {
    const { timestampUrl: _, ...without } = instance.v2;
    expect(() => signer(without)).toThrow(/timestamp authority/);
  });
});
