import { createHash } from 'node:crypto';
import * as z from 'zod';

/** sha256 over the DER SubjectPublicKeyInfo, 64 hex digits; also the hint inside bundles signed with a key. */
export const KeyIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
  .meta({ id: 'KeyId' });
export type KeyId = z.infer<typeof KeyIdSchema>;

/** The id of a key: sha256 over its DER SubjectPublicKeyInfo, in hex. */
export function keyIdOf(spki: Uint8Array): KeyId {
  return createHash('sha256').update(spki).digest('hex');
}

// A key has one id because it has one form: named curve, uncompressed point (RFC 5480, 2.2). Compressed and hybrid points
// are the same key in other bytes, and would count as further signers.
const P256_SPKI = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{85}[AQgw]==$/;

/** A public key as DER SubjectPublicKeyInfo in base64 (RFC 5280, 4.1.2.7). */
export const PublicKeySchema = z
  .strictObject({
    type: z.literal('ecdsa-p256'),
    spki: z.string().regex(P256_SPKI, 'must be the base64 of a P-256 key with an uncompressed point'),
  })
  .meta({ id: 'PublicKey' });
export type PublicKey = z.infer<typeof PublicKeySchema>;

export const KeyringSchema = z.record(KeyIdSchema, PublicKeySchema).meta({ id: 'Keyring' });
export type Keyring = z.infer<typeof KeyringSchema>;

const numericId = z.string().regex(/^[0-9]{1,20}$/, 'must be a numeric id in decimal digits');

/**
 * A workflow on a CI provider, as Fulcio certifies it (OIDs 1.3.6.1.4.1.57264.1.8 to .22). Every field is
 * compared exactly; none may be left out, since an absent field must not act as a wildcard.
 */
export const KeylessIdentitySchema = z
  .strictObject({
    kind: z.literal('keyless'),
    issuer: z.url().max(300),
    /** `https://github.com/owner/repo/.github/workflows/file.yml`, with the ref parsed off. */
    signerWorkflow: z.url().max(500),
    /** Build signer digests (extension 10): commits of the workflow that are trusted. */
    signerDigests: z
      .array(z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/))
      .min(1)
      .max(100),
    sourceRepositoryId: numericId,
    sourceOwnerId: numericId,
    ref: z.string().min(1).max(300).meta({
      description: 'The source’s ref. For authors, {version} and {name} stand for those of the release at hand',
    }),
    triggers: z.array(z.string().min(1).max(60)).min(1).max(20),
    runnerEnvironment: z.enum(['github-hosted', 'self-hosted']),
  })
  .meta({ id: 'KeylessIdentity' });
export type KeylessIdentity = z.infer<typeof KeylessIdentitySchema>;

export const KeyIdentitySchema = z
  .strictObject({ kind: z.literal('key'), keyId: KeyIdSchema })
  .meta({ id: 'KeyIdentity' });

/** Who may sign: a key of the keyring beside it, or a keyless identity. */
export const IdentitySchema = z
  .discriminatedUnion('kind', [KeyIdentitySchema, KeylessIdentitySchema])
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof IdentitySchema>;

/** What a verified bundle proves about its signer, before it is compared with any identity. */
export type Signer =
  | { readonly kind: 'key'; readonly keyId: KeyId }
  | {
      readonly kind: 'keyless';
      readonly issuer: string;
      /** The certificate's subject alternative name, ref included. */
      readonly san: string;
      readonly signerUri: string | undefined;
      readonly signerDigest: string | undefined;
      readonly sourceRepositoryId: string | undefined;
      readonly sourceOwnerId: string | undefined;
      readonly ref: string | undefined;
      readonly trigger: string | undefined;
      readonly runnerEnvironment: string | undefined;
    };

/** Roles whose holders the root names. `author` is held per namespace and stands in owners. */
export const ROOT_ROLES = ['verdict', 'resolution', 'snapshot', 'config'] as const;
export type RootRole = (typeof ROOT_ROLES)[number];
export const ROLES = ['root', 'author', ...ROOT_ROLES] as const;
export type Role = (typeof ROLES)[number];
