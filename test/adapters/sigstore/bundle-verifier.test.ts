import { generateKeyPairSync, sign } from 'node:crypto';
import { MAX_BUNDLE_BYTES } from '#adapters/sigstore/bundle-json';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { readTrustedRoot } from '#adapters/sigstore/trusted-root';
import { generateKey } from '#adapters/keys/private-key';
import { keySigner } from '#adapters/sigstore/key-signer';
import { keylessSigner } from '#adapters/sigstore/keyless-signer';
import { isAssayError } from '#model/errors';
import { type Keyring, keyIdOf } from '#model/identity';
import { BUNDLE_MEDIA_TYPE } from '#model/statement';
import type { BundleVerifier, VerifiedBundle } from '#ports/bundle-verifier';
import { encodeStatement } from '#trust/statement';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CLAIMS, startInstance, tokenOf } from './instance.ts';

const key = generateKey();
const other = generateKey();
const signer = keySigner(key.privateKey);
const keyring = { [key.id]: key.publicKey };
const verifier = bundleVerifier();
const document = Buffer.from('{"serial":7}');
const statement = encodeStatement({
  subject: [{ digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://example.com/test/v1',
  predicate: {},
});

const BundleSchema = z.looseObject({
  mediaType: z.string(),
  verificationMaterial: z.looseObject({ publicKey: z.looseObject({ hint: z.string() }).optional() }),
  messageSignature: z
    .looseObject({ signature: z.string(), messageDigest: z.looseObject({ digest: z.string() }) })
    .optional(),
  dsseEnvelope: z
    .looseObject({
      payload: z.string(),
      payloadType: z.string(),
      signatures: z.array(z.looseObject({ sig: z.string() })),
    })
    .optional(),
});
type BundleJson = z.output<typeof BundleSchema>;

let signedDocument: BundleJson;
let signedStatement: BundleJson;
const parse = (bundle: Uint8Array): BundleJson => BundleSchema.parse(JSON.parse(Buffer.from(bundle).toString('utf8')));
const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
beforeAll(async () => {
  signedDocument = parse(await signer.signDocument(document));
  signedStatement = parse(await signer.signStatement(statement));
});

const verifyDocument = (bundle: unknown, bytes: Uint8Array = document) =>
  verifier.verifyDocument(encode(bundle), bytes, keyring);
const verifyStatement = (bundle: unknown) => verifier.verifyStatement(encode(bundle), keyring);

describe('a bundle made with a local key', () => {
  it('is of version 0.3, names its key and holds one line', async () => {
    const bundle = await signer.signDocument(document);
    expect(parse(bundle)).toMatchObject({
      mediaType: BUNDLE_MEDIA_TYPE,
      verificationMaterial: { publicKey: { hint: key.id } },
    });
    expect(Buffer.from(bundle).toString('utf8').trimEnd()).not.toContain('\n');
    expect(signer.key).toEqual({ id: key.id, publicKey: key.publicKey });
  });

  it('verifies over the document or statement that was signed', async () => {
    await expect(verifyDocument(signedDocument)).resolves.toEqual({
      signer: { kind: 'key', keyId: key.id },
      statement: undefined,
    });
    await expect(verifyStatement(signedStatement)).resolves.toEqual({
      signer: { kind: 'key', keyId: key.id },
      statement,
    });
  });

  it('verifies under a key id in base64 too, as other tools write it', async () => {
    const hint = Buffer.from(key.id, 'hex').toString('base64');
    const foreign = {
      ...signedDocument,
      verificationMaterial: { ...signedDocument.verificationMaterial, publicKey: { hint } },
    };
    await expect(verifyDocument(foreign)).resolves.toMatchObject({ signer: { keyId: key.id } });
  });

  it('does not verify over other bytes', async () => {
    await expect(verifyDocument(signedDocument, Buffer.from('{"serial":8}'))).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringContaining('other bytes'),
    });
  });

  it('does not verify when its digest is made to fit other bytes', async () => {
    const forged = Buffer.from('{"serial":8}');
    const { messageSignature } = parse(await keySigner(other.privateKey).signDocument(forged));
    const mixed = {
      ...signedDocument,
      messageSignature: { ...signedDocument.messageSignature, messageDigest: messageSignature?.messageDigest },
    };
    await expect(verifyDocument(mixed, forged)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it('does not verify with a key that only claims the id', async () => {
    const bundle = await keySigner(other.privateKey).signDocument(document);
    const claiming = { ...parse(bundle), verificationMaterial: signedDocument.verificationMaterial };
    await expect(verifyDocument(claiming)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    const wrong = { [key.id]: other.publicKey };
    await expect(verifier.verifyDocument(encode(claiming), document, wrong)).rejects.toThrow(
      /another key under the id/,
    );
  });

  it.each(['', '__proto__', 'constructor', 'zz', '0'.repeat(64)])(
    'does not verify under the key hint "%s"',
    async (hint) => {
      const bundle = { ...signedDocument, verificationMaterial: { publicKey: { hint } } };
      await expect(verifyDocument(bundle)).rejects.toThrow(/not trusted here/);
    },
  );

  it('does not verify with a key of another kind, or what is no key at all', async () => {
    const garbage = Buffer.from('no key');
    const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const spki = p384.publicKey.export({ type: 'spki', format: 'der' });
    for (const der of [garbage, spki]) {
      const id = keyIdOf(der);
      const ring: Keyring = { [id]: { type: 'ecdsa-p256', spki: der.toString('base64') } };
      const messageSignature = {
        ...signedDocument.messageSignature,
        signature: sign('sha256', document, p384.privateKey).toString('base64'),
      };
      const bundle = { ...signedDocument, messageSignature, verificationMaterial: { publicKey: { hint: id } } };
      await expect(verifier.verifyDocument(encode(bundle), document, ring)).rejects.toMatchObject({
        code: 'BUNDLE_INVALID',
        message: expect.stringContaining('in the keyring'),
      });
    }
  });

  it('does not verify with an empty keyring', async () => {
    await expect(verifier.verifyDocument(encode(signedDocument), document, {})).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
    });
  });

  it('does not stand for the other kind of bundle', async () => {
    await expect(verifyStatement(signedDocument)).rejects.toThrow(/signs a document/);
    await expect(verifyDocument(signedStatement)).rejects.toThrow(/signs a statement/);
  });

  it('does not verify with any one bit of its payload or signature flipped', async () => {
    const flip = (base64: string, bit: number): string => {
      const bytes = Buffer.from(base64, 'base64');
      const at = (bit >> 3) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
      return bytes.toString('base64');
    };
    const envelope = z
      .object({
        payload: z.string(),
        payloadType: z.string(),
        signatures: z.tuple([z.looseObject({ sig: z.string() })]),
      })
      .parse(signedStatement.dsseEnvelope);
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.boolean(), async (bit, inPayload) => {
        const [signature] = envelope.signatures;
        const dsseEnvelope = inPayload
          ? { ...envelope, payload: flip(envelope.payload, bit) }
          : { ...envelope, signatures: [{ ...signature, sig: flip(signature.sig, bit) }] };
        await expect(verifyStatement({ ...signedStatement, dsseEnvelope })).rejects.toMatchObject({
          code: 'BUNDLE_INVALID',
        });
      }),
      { numRuns: 60 },
    );
  });

  it('does not verify as a statement when the payload is of another type', async () => {
    const { dsseEnvelope } = signedStatement;
    const relabelled = { ...signedStatement, dsseEnvelope: { ...dsseEnvelope, payloadType: 'application/json' } };
    await expect(verifyStatement(relabelled)).rejects.toThrow(/of type "application\/json"/);
  });
});

describe('a bundle with any one byte changed', () => {
  /** Verified as the same statement by the same signer, or refused as a bundle; nothing else may happen. */
  const settle = async (checking: BundleVerifier, bytes: Uint8Array, proven: VerifiedBundle) => {
    const result = await checking.verifyStatement(bytes, keyring).catch((error: unknown) => error);
    if (isAssayError(result)) expect(['BUNDLE_MALFORMED', 'BUNDLE_INVALID']).toContain(result.code);
    else expect(result).toEqual(proven);
  };
  const change = fc.tuple(fc.nat(100_000), fc.nat(255));
  const altered = (bundle: Uint8Array, [position, value]: [number, number]): Uint8Array =>
    Uint8Array.from(bundle).fill(value, position % bundle.length, (position % bundle.length) + 1);

  it('made with a local key, proves the same or nothing', async () => {
    const bundle = await signer.signStatement(statement);
    const proven = await verifier.verifyStatement(bundle, keyring);
    await fc.assert(
      fc.asyncProperty(change, (at) => settle(verifier, altered(bundle, at), proven)),
      { numRuns: 400 },
    );
  });

  it('made keylessly, proves the same or nothing', async () => {
    const instance = await startInstance();
    const keyless = keylessSigner({ instance: instance.v2, identityToken: async () => tokenOf(CLAIMS), retries: 0 });
    const bundle = await keyless.signStatement(statement);
    await instance.close();
    const trusting = bundleVerifier({ trustedRoot: readTrustedRoot(instance.trustedRoot) });
    const proven = await trusting.verifyStatement(bundle, keyring);
    await fc.assert(
      fc.asyncProperty(change, (at) => settle(trusting, altered(bundle, at), proven)),
      { numRuns: 400 },
    );
  });
});

describe('a bundle is malformed', () => {
  const cases: [string, (bundle: BundleJson) => unknown][] = [
    ['with two signatures', (b) => withEnvelope(b, (e) => ({ ...e, signatures: [...e.signatures, ...e.signatures] }))],
    ['with no signature', (b) => withEnvelope(b, (e) => ({ ...e, signatures: [] }))],
    ['with a signature that is not base64', (b) => withEnvelope(b, (e) => ({ ...e, signatures: [{ sig: 'a b=' }] }))],
    ['with both kinds of content', (b) => ({ ...b, messageSignature: signedDocument.messageSignature })],
    ['with neither kind of content', ({ dsseEnvelope: _, ...b }) => b],
    [
      'with key and certificate',
      (b) => withMaterial(b, { publicKey: { hint: key.id }, certificate: { rawBytes: 'AAAA' } }),
    ],
    ['with no key material', (b) => withMaterial(b, {})],
    ['with a field nobody knows', (b) => ({ ...b, also: 1 })],
    ['of an unknown version', (b) => ({ ...b, mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' })],
    ['of an older version', (b) => ({ ...b, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' })],
    ['of a version named after JavaScript’s own', (b) => ({ ...b, mediaType: 'constructor' })],
    [
      'with more log entries than anybody writes',
      (b) => withMaterial(b, { publicKey: { hint: key.id }, tlogEntries: Array(9).fill({}) }),
    ],
    ['that is a list', (b) => [b]],
    ['that is nothing', () => null],
  ];
  it.each(cases)('%s', async (_what, change) => {
    await expect(verifyStatement(change(signedStatement))).rejects.toMatchObject({ code: 'BUNDLE_MALFORMED' });
  });

  it('when it is not JSON, not UTF-8, or says a thing twice', async () => {
    const text = encode(signedStatement).toString('utf8');
    const twice = text.replace('"payloadType":', '"payload":"e30=","payloadType":');
    for (const bytes of [
      Buffer.from(text.slice(0, -9)),
      Buffer.from([0xff, 0xfe]),
      Buffer.alloc(0),
      Buffer.from(twice),
    ]) {
      await expect(verifier.verifyStatement(bytes, keyring)).rejects.toMatchObject({ code: 'BUNDLE_MALFORMED' });
    }
  });

  it('when it is larger than any bundle, before it is parsed', async () => {
    const huge = Buffer.alloc(MAX_BUNDLE_BYTES + 1, 0x20);
    await expect(verifier.verifyStatement(huge, keyring)).rejects.toThrow(/larger than/);
  });

  it('never, for its size alone, when it is just within the limit', async () => {
    const payload = Buffer.alloc(6_000_000 - 3, 0x61).toString('base64');
    const large = withEnvelope(signedStatement, (envelope) => ({ ...envelope, payload }));
    await expect(verifyStatement(large)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it('when its certificate is no certificate', async () => {
    const trusting = bundleVerifier({ trustedRoot: readTrustedRoot(EMPTY_ROOT) });
    const bundle = withMaterial(signedStatement, { certificate: { rawBytes: 'AAAA' } });
    await expect(trusting.verifyStatement(encode(bundle), keyring)).rejects.toThrow(/unreadable certificate/);
  });
});

const EMPTY_ROOT = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' });

describe('a trusted root', () => {
  it('that says too little is refused', () => {
    const log = {
      publicKey: { rawBytes: 'AAAA', keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: {} },
      logId: { keyId: 'AAAA' },
    };
    const root = { ...JSON.parse(EMPTY_ROOT), tlogs: [log] };
    expect(() => readTrustedRoot(JSON.stringify(root))).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }));
    expect(() => readTrustedRoot('{}')).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }));
    expect(() => readTrustedRoot('{')).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });

  it('makes log entries of a local key’s bundle count: forged ones are refused', async () => {
    const tlogEntries = [
      {
        logIndex: '1',
        logId: { keyId: 'AAAA' },
        kindVersion: { kind: 'dsse', version: '0.0.1' },
        integratedTime: '1700000000',
        inclusionProof: { logIndex: '1', rootHash: 'AAAA', treeSize: '2', hashes: [], checkpoint: { envelope: 'x' } },
        canonicalizedBody: 'AAAA',
      },
    ];
    const bundle = withMaterial(signedStatement, { publicKey: { hint: key.id }, tlogEntries });
    const trusting = bundleVerifier({ trustedRoot: readTrustedRoot(EMPTY_ROOT) });
    await expect(trusting.verifyStatement(encode(bundle), keyring)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(verifyStatement(bundle)).resolves.toMatchObject({ signer: { kind: 'key', keyId: key.id } });
  });
});

function withEnvelope(
  bundle: BundleJson,
  change: (envelope: NonNullable<BundleJson['dsseEnvelope']>) => object,
): object {
  if (bundle.dsseEnvelope === undefined) throw new Error('no envelope');
  return { ...bundle, dsseEnvelope: change(bundle.dsseEnvelope) };
}

function withMaterial(bundle: BundleJson, verificationMaterial: object): object {
  return { ...bundle, verificationMaterial };
}
