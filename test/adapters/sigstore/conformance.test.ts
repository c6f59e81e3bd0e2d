import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { readPublicKey } from '#adapters/keys/private-key';
import type { BundleVersion } from '#adapters/sigstore/bundle-json';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { readTrustedRoot } from '#adapters/sigstore/trusted-root';
import { digestOf, hexOf } from '#model/digest';
import { isAssayError } from '#model/errors';
import type { Keyring, Signer } from '#model/identity';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

// sigstore-conformance's published bundle cases: a folder whose name ends in _fail must be refused.
const ARCHIVE = path.resolve(import.meta.dirname, '../../../../shared/suites/sigstore-bundle-verify.tar.xz');
const DEFAULT_IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const DEFAULT_ISSUER = 'https://token.actions.githubusercontent.com';

const ALL: readonly BundleVersion[] = ['0.1', '0.2', '0.3'];

function unpack(): string | undefined {
  if (!existsSync(ARCHIVE)) return undefined;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'assay-sigstore-'));
  execFileSync('tar', ['-xJf', ARCHIVE, '-C', folder]);
  return folder;
}

const unpacked = unpack();
const suite = unpacked === undefined ? undefined : path.join(unpacked, 'bundle-verify');
const cases =
  suite === undefined
    ? []
    : readdirSync(suite, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .toSorted();

afterAll(() => {
  if (unpacked !== undefined) rmSync(unpacked, { recursive: true, force: true });
});

describe.skipIf(suite === undefined)('sigstore-conformance bundles (skipped when ../shared/suites is absent)', () => {
  it('holds the whole suite', () => {
    expect(cases.length).toBe(70);
  });

  it.each(cases)('%s', async (name) => {
    if (name.endsWith('_fail')) await expect(verify(name, ALL)).rejects.toSatisfy(isAssayError);
    else await expect(verify(name, ALL)).resolves.toBeUndefined();
  });

  // This case's timestamp is base64 with line breaks, which is refused before its meaning is looked at.
  it('a timestamp outside the certificate’s life is refused for that reason', async () => {
    const name = 'rekor2-timestamp-with-incorrect-time_fail';
    const bundle = readFileSync(path.join(suite ?? '', name, 'bundle.sigstore.json'), 'utf8').replaceAll('\\n', '');
    const checkpoint = /("envelope": ?")([^"]*)"/;
    const original = readFileSync(path.join(suite ?? '', name, 'bundle.sigstore.json'), 'utf8');
    const restored = bundle.replace(checkpoint, `$1${checkpoint.exec(original)?.[2] ?? ''}"`);
    await expect(verify(name, ALL, Buffer.from(restored))).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: 'the signature does not verify: Failed to verify certificate chain',
    });
  });

  it.each(['happy-path-v0.1', 'happy-path-v0.2', 'intoto-with-custom-trust-root'])(
    '%s is refused where only bundle version 0.3 is accepted, which is the default',
    async (name) => {
      await expect(verify(name, undefined)).rejects.toMatchObject({ code: 'BUNDLE_MALFORMED' });
    },
  );
});

function publicGoodRoot(): string {
  const seeds = z
    .record(z.string(), z.looseObject({ targets: z.record(z.string(), z.string()) }))
    .parse(createRequire(import.meta.url)('@sigstore/tuf/seeds.json'));
  const seed = seeds['https://tuf-repo-cdn.sigstore.dev']?.targets['trusted_root.json'];
  return Buffer.from(seed ?? '', 'base64').toString('utf8');
}

/** Verifies a case as the suite describes it; throws when any part does not hold. */
async function verify(
  name: string,
  versions: readonly BundleVersion[] | undefined,
  replaced?: Uint8Array,
): Promise<void> {
  const folder = path.join(suite ?? '', name);
  const optional = (file: string): Buffer | undefined =>
    existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file)) : undefined;
  const bundle = Buffer.from(replaced ?? readFileSync(path.join(folder, 'bundle.sigstore.json')));
  const artifact = optional('artifact') ?? readFileSync(path.join(suite ?? '', 'a.txt'));
  const verifier = bundleVerifier({
    trustedRoot: readTrustedRoot(optional('trusted_root.json') ?? publicGoodRoot()),
    ...(versions === undefined ? {} : { versions }),
  });
  const pem = optional('key.pub')?.toString('utf8');
  const key = pem === undefined ? undefined : readPublicKey(pem);
  const keyring: Keyring = key === undefined ? {} : { [key.id]: key.publicKey };

  const isStatement = bundle.includes('"dsseEnvelope"');
  const verified = isStatement
    ? await verifier.verifyStatement(bundle, keyring)
    : await verifier.verifyDocument(bundle, artifact, keyring);
  if (verified.statement !== undefined) expectSubject(verified.statement, artifact);
  if (key === undefined) {
    expectIdentity(
      verified.signer,
      optional('identity')?.toString('utf8').trim() ?? DEFAULT_IDENTITY,
      optional('issuer')?.toString('utf8').trim() ?? DEFAULT_ISSUER,
    );
  }
}

function expectSubject(statement: Uint8Array, artifact: Uint8Array): void {
  const schema = z.looseObject({ subject: z.array(z.looseObject({ digest: z.record(z.string(), z.string()) })) });
  const { subject } = schema.parse(JSON.parse(new TextDecoder().decode(statement)));
  expect(subject.map((one) => one.digest['sha256'])).toContain(hexOf(digestOf(artifact)));
}

function expectIdentity(signer: Signer, san: string, issuer: string): void {
  if (signer.kind !== 'keyless' || signer.san !== san || signer.issuer !== issuer) {
    throw new Error(`signed by ${JSON.stringify(signer)}`);
  }
}
