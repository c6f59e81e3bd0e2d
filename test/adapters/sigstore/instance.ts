import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  tsaHandler,
} from '@sigstore/mock';
import type { SigstoreInstance } from '#adapters/sigstore/keyless-signer';
import type { KeylessIdentity } from '#model/identity';
import * as z from 'zod';
import { EnvelopeSchema, RekorV2, sha256 } from './rekor-v2.ts';

// @sigstore/mock loads nock, which patches node:http on import; this server speaks real HTTP.
const fromMock = createRequire(createRequire(import.meta.url).resolve('@sigstore/mock'));
const nock: { restore(): void } = fromMock('nock');
nock.restore();

const WORKFLOW = 'https://github.com/acme/toolkit/.github/workflows/plugin-release.yml';

/** Claims of a GitHub Actions token, the ones that Fulcio turns into extensions. */
export const CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:acme/greet:ref:refs/tags/v1.4.0',
  san: `${WORKFLOW}@refs/tags/v1`,
  event_name: 'push',
  sha: 'a'.repeat(40),
  ref: 'refs/tags/v1.4.0',
  repository: 'acme/greet',
  repository_id: '1001',
  repository_owner: 'acme',
  repository_owner_id: '2002',
  job_workflow_ref: 'acme/toolkit/.github/workflows/plugin-release.yml@refs/tags/v1',
  job_workflow_sha: 'b'.repeat(40),
  runner_environment: 'github-hosted',
};

/** The identity that a signature under CLAIMS proves. */
export const IDENTITY: KeylessIdentity = {
  kind: 'keyless',
  issuer: CLAIMS.iss,
  signerWorkflow: WORKFLOW,
  signerDigests: [CLAIMS.job_workflow_sha],
  sourceRepositoryId: CLAIMS.repository_id,
  sourceOwnerId: CLAIMS.repository_owner_id,
  ref: CLAIMS.ref,
  triggers: [CLAIMS.event_name],
  runnerEnvironment: 'github-hosted',
};

/** An unsigned token; this certificate authority believes every one. */
export function tokenOf(claims: Readonly<Record<string, string>>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

export interface TestInstance {
  readonly v1: SigstoreInstance;
  readonly v2: SigstoreInstance;
  readonly trustedRoot: string;
  close(): Promise<void>;
}

interface Reply {
  readonly statusCode: number;
  readonly response: string | ArrayBufferView;
  readonly contentType?: string;
}

/** Fulcio, Rekor v1 and v2 and a timestamp authority on one loopback port, with a trusted root of their own. */
export async function startInstance(): Promise<TestInstance> {
  const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // Whole seconds, since the library reads fractions of a timestamp only where they have three digits; and some
  // seconds ahead, since the authorities' certificates begin when they are made, which may be in the next second.
  const clock = new Date((Math.floor(Date.now() / 1000) + 5) * 1000);
  const ctlog = await initializeCTLog(keyPair(), clock);
  const ca = await initializeCA(keyPair(), ctlog, clock);
  const tsa = await initializeTSA(keyPair(), clock);
  const begin = new Date(Date.now() - 60_000).toISOString();
  const rekor2 = new RekorV2('127.0.0.1', keyPair());
  const fulcio = fulcioHandler(ca, { subjectClaim: 'san' });
  const timestamps = tsaHandler(tsa);

  const answer = async (path: string, body: string): Promise<Reply | undefined> => {
    if (path === `/fulcio${fulcio.path}`) return fulcio.fn(body);
    if (path === `/tsa${timestamps.path}`) return timestamps.fn(body);
    if (path === '/rekor2/api/v2/log/entries') return json(rekor2.log(body));
    if (path === '/rekor/api/v1/log/entries') return json(await rekor.log(canonicalEntry(body)));
    return undefined;
  };
  const server = createServer((request, response) => {
    void readBody(request)
      .then((body) => answer(request.url ?? '', body))
      .then((reply) => {
        response.writeHead(reply?.statusCode ?? 404, { 'content-type': reply?.contentType ?? 'text/plain' });
        const content = reply?.response ?? '';
        response.end(typeof content === 'string' ? content : bytesOf(content));
      })
      .catch((error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rekor = await initializeTLog(`${base}/rekor`, keyPair(), clock);

  const log = (baseUrl: string, publicKey: Buffer, keyId = createHash('sha256').update(publicKey).digest()) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: begin },
    },
    logId: { keyId: keyId.toString('base64') },
  });
  const authority = (uri: string, ...certificates: ArrayBufferView[]) => ({
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri,
    certChain: { certificates: certificates.map((raw) => ({ rawBytes: bytesOf(raw).toString('base64') })) },
    validFor: { start: begin },
  });
  return {
    v1: { fulcioUrl: `${base}/fulcio`, rekorUrl: `${base}/rekor`, rekorVersion: 1 },
    v2: {
      fulcioUrl: `${base}/fulcio`,
      rekorUrl: `${base}/rekor2`,
      rekorVersion: 2,
      timestampUrl: `${base}/tsa${timestamps.path}`,
    },
    trustedRoot: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(`${base}/rekor`, rekor.publicKey), log(`${base}/rekor2`, rekor2.publicKey)],
      certificateAuthorities: [authority(`${base}/fulcio`, ca.rootCertificate)],
      ctlogs: [log(`${base}/ct`, ctlog.publicKey, Buffer.from(bytesOf(ctlog.logID)))],
      timestampAuthorities: [authority(`${base}/tsa`, tsa.intCertificate, tsa.rootCertificate)],
    }),
    close: () =>
      new Promise((resolve, reject) => server.close((error) => (error === undefined ? resolve() : reject(error)))),
  };
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const json = (value: unknown): Reply => ({
  statusCode: 201,
  contentType: 'application/json',
  response: JSON.stringify(value),
});

const ProposedSchema = z.looseObject({
  kind: z.string(),
  apiVersion: z.string(),
  spec: z.looseObject({
    proposedContent: z.looseObject({ envelope: z.string(), verifiers: z.array(z.string()) }).optional(),
  }),
});

/** What Rekor keeps of a proposed entry: for a DSSE envelope its hashes and signatures only. */
function canonicalEntry(body: string) {
  const proposed = ProposedSchema.parse(JSON.parse(body));
  const content = proposed.spec.proposedContent;
  if (content === undefined) return JSON.parse(body);
  const envelope = EnvelopeSchema.parse(JSON.parse(content.envelope));
  return {
    kind: proposed.kind,
    apiVersion: proposed.apiVersion,
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(content.envelope).toString('hex') },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(envelope.payload, 'base64')).toString('hex') },
      signatures: envelope.signatures.map(({ sig }, index) => ({ signature: sig, verifier: content.verifiers[index] })),
    },
  };
}
