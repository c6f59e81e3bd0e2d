import { createHash, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import * as z from 'zod';

export const EnvelopeSchema = z.looseObject({
  payload: z.string(),
  signatures: z.array(z.looseObject({ sig: z.string() })),
});

const HashedRekordSchema = z.looseObject({ digest: z.string(), signature: z.looseObject({}) });
const DsseSchema = z.looseObject({ envelope: EnvelopeSchema, verifiers: z.array(z.looseObject({})) });
const RequestSchema = z.looseObject({
  hashedRekordRequestV002: HashedRekordSchema.optional(),
  dsseRequestV002: DsseSchema.optional(),
});

/** A transparency log in the manner of Rekor v2 (rekor-tiles) in which every entry is the only leaf of its tree. */
export class RekorV2 {
  readonly publicKey: Buffer;
  readonly #keys: KeyPairKeyObjectResult;
  readonly #origin: string;

  constructor(origin: string, keys: KeyPairKeyObjectResult) {
    this.#origin = origin;
    this.#keys = keys;
    this.publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
  }

  /** Answers a create-entry request with the TransparencyLogEntry. */
  log(body: string): object {
    const request = RequestSchema.parse(JSON.parse(body));
    const entry = request.dsseRequestV002 === undefined ? hashedRekord(request) : dsse(request.dsseRequestV002);
    const canonicalizedBody = Buffer.from(JSON.stringify(entry));
    const logId = sha256(this.publicKey);
    // RFC 6962, 2.1: a leaf's hash is over a zero byte and the leaf; the root of a tree of one is that hash.
    const rootHash = sha256(Buffer.concat([Buffer.from([0]), canonicalizedBody])).toString('base64');
    const note = `${this.#origin}\n1\n${rootHash}\n`;
    const signature = Buffer.concat([logId.subarray(0, 4), sign('sha256', Buffer.from(note), this.#keys.privateKey)]);
    return {
      logIndex: '0',
      logId: { keyId: logId.toString('base64') },
      kindVersion: { kind: entry.kind, version: '0.0.2' },
      inclusionProof: {
        logIndex: '0',
        treeSize: '1',
        rootHash,
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 ${this.#origin} ${signature.toString('base64')}\n` },
      },
      canonicalizedBody: canonicalizedBody.toString('base64'),
    };
  }
}

function hashedRekord(request: z.output<typeof RequestSchema>) {
  const { digest, signature } = HashedRekordSchema.parse(request.hashedRekordRequestV002);
  return {
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: { hashedRekordV002: { data: { algorithm: 'SHA2_256', digest }, signature } },
  };
}

function dsse({ envelope, verifiers }: z.output<typeof DsseSchema>) {
  const digest = sha256(Buffer.from(envelope.payload, 'base64')).toString('base64');
  const signatures = envelope.signatures.map(({ sig }, index) => ({ content: sig, verifier: verifiers[index] }));
  return {
    apiVersion: '0.0.2',
    kind: 'dsse',
    spec: { dsseV002: { payloadHash: { algorithm: 'SHA2_256', digest }, signatures } },
  };
}

export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
