import { createHash, createPublicKey, type KeyObject, timingSafeEqual, X509Certificate } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, type TrustMaterial, Verifier } from '@sigstore/verify';
import { AssayError } from '#model/errors';
import { keyIdOf, type KeyId, type Keyring, type Signer } from '#model/identity';
import { IN_TOTO_PAYLOAD_TYPE } from '#model/statement';
import type { BundleVerifier } from '#ports/bundle-verifier';
import { type BundleVersion, readBundle } from './bundle-json.ts';
import { signerOf } from './certificate-identity.ts';

export interface BundleVerifierOptions {
  /** Needed for keyless signatures; without it only signatures by local keys verify. */
  readonly trustedRoot?: TrustedRoot;
  /** Accepted versions of the bundle format. Default: 0.3 alone, the version in which statements are exchanged. */
  readonly versions?: readonly BundleVersion[];
}

/**
 * Checks bundles with @sigstore/verify. A keyless signature needs a certificate with an embedded timestamp of the
 * certificate log, one entry in a transparency log and one signed timestamp. A signature by a local key needs none of
 * these; where the bundle holds them and a trusted root is configured, they must be right as well.
 */
export function bundleVerifier(options: BundleVerifierOptions = {}): BundleVerifier {
  const { trustedRoot, versions = ['0.3'] } = options;

  const verify = (bundle: Bundle, keyring: Keyring, artifact?: Buffer): Signer => {
    const content = bundle.verificationMaterial.content;
    if (content.$case === 'publicKey') {
      const keyId = keyOfHint(content.publicKey.hint, keyring);
      verifyWithKey(bundle, keyId, keyring, trustedRoot, artifact);
      return { kind: 'key', keyId };
    }
    if (trustedRoot === undefined) {
      throw new AssayError('BUNDLE_INVALID', 'the signature is keyless, and no Sigstore trusted root is configured', {
        hint: 'Give the trusted root of the Sigstore instance that signed: --trusted-root trusted_root.json',
      });
    }
    requireLeaf(content);
    const trust = toTrustMaterial(trustedRoot, refuseKeys);
    return signerOf(check(bundle, trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }, artifact));
  };

  return {
    async verifyStatement(bytes, keyring) {
      const bundle = readBundle(bytes, versions);
      if (bundle.content.$case !== 'dsseEnvelope') {
        throw new AssayError('BUNDLE_INVALID', 'the bundle signs a document, where a statement is required', {
          hint: 'Name the bundle of an attestation (provenance or verdict), not of a snapshot or root.',
        });
      }
      const { payloadType, payload } = bundle.content.dsseEnvelope;
      if (payloadType !== IN_TOTO_PAYLOAD_TYPE) {
        throw new AssayError('BUNDLE_INVALID', `the signed payload is of type "${payloadType}"`, {
          hint: `Statements are signed as ${IN_TOTO_PAYLOAD_TYPE}.`,
        });
      }
      return { signer: verify(bundle, keyring), statement: new Uint8Array(payload) };
    },

    async verifyDocument(bytes, document, keyring) {
      const bundle = readBundle(bytes, versions);
      if (bundle.content.$case !== 'messageSignature') {
        throw new AssayError('BUNDLE_INVALID', 'the bundle signs a statement, where a document signature is required', {
          hint: 'Name the .sigstore.json file that stands beside the document.',
        });
      }
      const promised = bundle.content.messageSignature.messageDigest.digest;
      const actual = createHash('sha256').update(document).digest();
      if (promised.length !== actual.length || !timingSafeEqual(promised, actual)) {
        throw new AssayError('BUNDLE_INVALID', 'the bundle signs other bytes than this document', {
          hint: 'Fetch document and bundle again, together.',
        });
      }
      return { signer: verify(bundle, keyring, Buffer.from(document)), statement: undefined };
    },
  };
}

/** A signer's certificate is not an authority, and roots come from the trusted root alone. */
function requireLeaf(content: Exclude<Bundle['verificationMaterial']['content'], { $case: 'publicKey' }>): void {
  const [leaf, ...authorities] =
    content.$case === 'certificate' ? [content.certificate] : content.x509CertificateChain.certificates;
  const parse = (raw: { rawBytes: Uint8Array } | undefined): X509Certificate => {
    try {
      return new X509Certificate(raw?.rawBytes ?? new Uint8Array());
    } catch (cause) {
      throw new AssayError('BUNDLE_MALFORMED', 'the signature bundle holds an unreadable certificate', {
        cause,
        hint: 'Make the bundle again.',
      });
    }
  };
  const faulty =
    parse(leaf).ca ||
    authorities.some((raw) => {
      const authority = parse(raw);
      return authority.checkIssued(authority);
    });
  if (!faulty) return;
  throw new AssayError('BUNDLE_INVALID', 'the bundle brings a certificate of an authority as its own', {
    hint: 'A bundle holds the certificate of its signer; authorities stand in the trusted root.',
  });
}

function verifyWithKey(
  bundle: Bundle,
  keyId: KeyId,
  keyring: Keyring,
  trustedRoot: TrustedRoot | undefined,
  artifact: Buffer | undefined,
): void {
  const key = { publicKey: publicKeyOf(keyId, keyring), validFor: () => true };
  const trust = toTrustMaterial(trustedRoot ?? TrustedRoot.fromJSON({}), () => key);
  // Without a trusted root nothing can be said about log entries and timestamps, and nothing rests on them here.
  const checked: Bundle =
    trustedRoot === undefined
      ? {
          ...bundle,
          verificationMaterial: {
            ...bundle.verificationMaterial,
            tlogEntries: [],
            timestampVerificationData: undefined,
          },
        }
      : bundle;
  check(checked, trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }, artifact);
}

function check(
  bundle: Bundle,
  trust: TrustMaterial,
  thresholds: ConstructorParameters<typeof Verifier>[1],
  artifact: Buffer | undefined,
): ReturnType<Verifier['verify']>['identity'] {
  try {
    return new Verifier(trust, thresholds).verify(toSignedEntity(bundle, artifact)).identity;
  } catch (cause) {
    // Whatever goes wrong in there while it reads hostile input means one thing: not verified.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('BUNDLE_INVALID', `the signature does not verify: ${message}`, {
      cause,
      hint: 'The artifact, its bundle or the keys are not the ones that belong together; fetch all of them again.',
    });
  }
}

/** The key that a bundle points at, if the caller trusts it. Assay writes the id in hex, cosign in base64. */
function keyOfHint(hint: string, keyring: Keyring): KeyId {
  const keyId = /^[0-9a-f]{64}$/.test(hint) ? hint : Buffer.from(hint, 'base64').toString('hex');
  if (Object.hasOwn(keyring, keyId)) return keyId;
  throw new AssayError(
    'BUNDLE_INVALID',
    `the bundle was signed with a key that is not trusted here (${hint || 'unnamed'})`,
    {
      hint: 'If the key should be trusted, it must stand in the root or owners file, or be named with --key.',
    },
  );
}

function publicKeyOf(keyId: KeyId, keyring: Keyring): KeyObject {
  const spki = Buffer.from(keyring[keyId]?.spki ?? '', 'base64');
  const hint = 'Correct the document that lists the key; `assay keygen` prints ids and writes usable keys.';
  if (keyIdOf(spki) !== keyId) {
    throw new AssayError('BUNDLE_INVALID', `the keyring holds another key under the id ${keyId}`, { hint });
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new AssayError('BUNDLE_INVALID', `the key ${keyId} in the keyring cannot be read`, { cause, hint });
  }
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw new AssayError('BUNDLE_INVALID', `the key ${keyId} in the keyring is not an ECDSA key on P-256`, { hint });
}

function refuseKeys(): never {
  throw new Error('a certificate was expected');
}
