import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import * as z from 'zod';

/** Bundle formats by version. Assay writes 0.3 only; the others exist in the world and can be asked for. */
export type BundleVersion = '0.1' | '0.2' | '0.3';

/** Largest accepted bundle in bytes. The largest seen in practice are SBOM attestations of some hundred kB. */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;

const MEDIA_TYPES: Readonly<Record<string, BundleVersion>> = {
  'application/vnd.dev.sigstore.bundle+json;version=0.1': '0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': '0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': '0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json': '0.3',
};

const base64 = z.base64().min(1);
const short = base64.max(20_000);
const decimal = z.string().regex(/^(?:0|[1-9][0-9]{0,18})$/, 'must be a decimal number');
const certificate = z.strictObject({ rawBytes: short });

const tlogEntry = z.strictObject({
  logIndex: decimal.optional(),
  logId: z.strictObject({ keyId: short }),
  kindVersion: z.strictObject({ kind: z.string().max(40), version: z.string().max(20) }),
  integratedTime: decimal.nullish(),
  inclusionPromise: z.strictObject({ signedEntryTimestamp: short }).nullish(),
  inclusionProof: z
    .strictObject({
      logIndex: decimal.optional(),
      rootHash: short,
      treeSize: decimal,
      hashes: z.array(short).max(64).optional(),
      checkpoint: z.strictObject({ envelope: z.string().max(20_000) }).nullish(),
    })
    .nullish(),
  canonicalizedBody: base64,
});

/** The JSON form of dev.sigstore.bundle.v1.Bundle (sigstore/protobuf-specs), without its optional freedoms. */
const BundleJsonSchema = z
  .strictObject({
    mediaType: z.string(),
    verificationMaterial: z.strictObject({
      certificate: certificate.optional(),
      publicKey: z.strictObject({ hint: z.string().max(200).optional() }).optional(),
      x509CertificateChain: z.strictObject({ certificates: z.array(certificate).min(1).max(10) }).optional(),
      tlogEntries: z.array(tlogEntry).max(8).optional(),
      timestampVerificationData: z
        .strictObject({
          rfc3161Timestamps: z
            .array(z.strictObject({ signedTimestamp: short }))
            .max(8)
            .optional(),
        })
        .nullish(),
    }),
    messageSignature: z
      .strictObject({
        messageDigest: z.strictObject({ algorithm: z.literal('SHA2_256'), digest: base64.length(44) }),
        signature: short,
      })
      .optional(),
    dsseEnvelope: z
      .strictObject({
        payloadType: z.string().max(200),
        payload: base64,
        signatures: z
          .array(z.strictObject({ sig: short, keyid: z.string().max(500).optional() }))
          .length(1, 'must hold exactly one signature'),
      })
      .optional(),
  })
  .refine((bundle) => (bundle.messageSignature === undefined) !== (bundle.dsseEnvelope === undefined), {
    message: 'must hold either a messageSignature or a dsseEnvelope',
  })
  .refine(
    ({ verificationMaterial: { certificate: leaf, publicKey, x509CertificateChain: chain } }) =>
      [leaf, publicKey, chain].filter((material) => material !== undefined).length === 1,
    { message: 'must hold exactly one of certificate, publicKey and x509CertificateChain' },
  );

/**
 * Reads a bundle strictly: known version, one content, one signature, one kind of key material, no unknown fields,
 * sizes and counts capped. Throws BUNDLE_MALFORMED.
 */
export function readBundle(bytes: Uint8Array, versions: readonly BundleVersion[]): Bundle {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw new AssayError('BUNDLE_MALFORMED', `the signature bundle is larger than ${MAX_BUNDLE_BYTES} bytes`, {
      hint: 'A bundle is a small JSON file; check that the right file is named.',
    });
  }
  try {
    const json = parseJson(BundleJsonSchema, bytes, { source: 'the signature bundle', maxBytes: MAX_BUNDLE_BYTES });
    const version = Object.hasOwn(MEDIA_TYPES, json.mediaType) ? MEDIA_TYPES[json.mediaType] : undefined;
    if (version === undefined || !versions.includes(version)) {
      throw new AssayError('BUNDLE_MALFORMED', `the signature bundle is of the unknown kind "${json.mediaType}"`, {
        hint: `Accepted versions of the Sigstore bundle format: ${versions.join(', ')}.`,
      });
    }
    return bundleFromJSON(json);
  } catch (cause) {
    if (cause instanceof AssayError && cause.code === 'BUNDLE_MALFORMED') throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('BUNDLE_MALFORMED', `the signature bundle cannot be read: ${message}`, {
      cause,
      hint: 'Make the bundle again; it must be a Sigstore bundle v0.3 in JSON.',
      ...(cause instanceof AssayError ? { problems: cause.problems } : {}),
    });
  }
}
