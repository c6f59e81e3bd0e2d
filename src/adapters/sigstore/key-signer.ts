import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { toDSSEBundle, toMessageSignatureBundle } from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { AssayError } from '#model/errors';
import { keyIdOf } from '#model/identity';
import { IN_TOTO_PAYLOAD_TYPE } from '#model/statement';
import type { Signer } from '#ports/signer';
import { bundleBytes } from './bundle-bytes.ts';

/**
 * Signs with a local ECDSA P-256 key. The bundle names the key by its id and carries no log entry or timestamp.
 * Throws KEY_UNUSABLE for another kind of key.
 */
export function keySigner(privateKey: KeyObject): Signer {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new AssayError('KEY_UNUSABLE', 'signing needs an ECDSA private key on the curve P-256', {
      hint: 'Make one with `assay keygen`.',
    });
  }
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const id = keyIdOf(spki);
  return {
    key: { id, publicKey: { type: 'ecdsa-p256', spki: spki.toString('base64') } },
    async signStatement(statement) {
      const artifact = Buffer.from(statement);
      const signature = sign('sha256', dsse.preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, artifact), privateKey);
      const bundle = toDSSEBundle({ artifact, artifactType: IN_TOTO_PAYLOAD_TYPE, signature, keyHint: id });
      // The key is named once, in the verification material. cosign compares the envelope's own, optional keyid with
      // an id that it computes otherwise, and would find no signature.
      bundle.content.dsseEnvelope.signatures = [{ sig: signature, keyid: '' }];
      return bundleBytes(bundle);
    },
    async signDocument(document) {
      const digest = createHash('sha256').update(document).digest();
      const signature = sign('sha256', document, privateKey);
      return bundleBytes(toMessageSignatureBundle({ digest, signature, keyHint: id }));
    },
  };
}
