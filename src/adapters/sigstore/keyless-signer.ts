import { toMessageSignatureBundle } from '@sigstore/bundle';
import { crypto, pem } from '@sigstore/core';
import {
  type Artifact,
  type Bundle,
  type BundleBuilder,
  type BundleBuilderOptions,
  DSSEBundleBuilder,
  FulcioSigner,
  InternalError,
  MessageSignatureBundleBuilder,
  RekorWitness,
  type Signature,
  TSAWitness,
} from '@sigstore/sign';
import { AssayError } from '#model/errors';
import { IN_TOTO_PAYLOAD_TYPE } from '#model/statement';
import type { Signer } from '#ports/signer';
import { bundleBytes } from './bundle-bytes.ts';

/** Where a Sigstore instance is reached. */
export interface SigstoreInstance {
  /** Issues the short-lived certificate. */
  readonly fulcioUrl: string;
  /** Keeps the transparency log. */
  readonly rekorUrl: string;
  readonly rekorVersion: 1 | 2;
  /** Signs timestamps (RFC 3161); the whole address, path included. Needed with Rekor v2, whose entries carry no time. */
  readonly timestampUrl?: string;
}

export interface KeylessOptions {
  /** Default: the public good instance of the Sigstore project. */
  readonly instance?: SigstoreInstance;
  /** A fresh OIDC token for the audience `sigstore`, asked for once a signature. */
  readonly identityToken: () => Promise<string>;
  /** Milliseconds for one request. */
  readonly timeoutMs?: number;
  /** How often a request is repeated after a fault of the network or the service. */
  readonly retries?: number;
}

/** The public good instance, as its clients are configured to reach it. */
const PUBLIC_GOOD: SigstoreInstance = {
  fulcioUrl: 'https://fulcio.sigstore.dev',
  rekorUrl: 'https://rekor.sigstore.dev',
  rekorVersion: 1,
};

/**
 * Signs with a certificate that Fulcio issues to this workload for a few minutes; log entry and timestamp go into the
 * bundle. Signing throws PERMISSION_MISSING, UPSTREAM_REFUSED or NETWORK.
 */
export function keylessSigner(options: KeylessOptions): Signer {
  const { instance = PUBLIC_GOOD, identityToken, timeoutMs = 30_000, retries = 2 } = options;
  if (instance.rekorVersion === 2 && instance.timestampUrl === undefined) {
    throw new AssayError('USAGE', 'a Sigstore instance with Rekor v2 needs a timestamp authority', {
      hint: 'Name the timestamp authority of the instance.',
    });
  }
  const requests = { timeout: timeoutMs, retry: retries };
  const parts: BundleBuilderOptions = {
    signer: new FulcioSigner({
      fulcioBaseURL: instance.fulcioUrl,
      identityProvider: { getToken: identityToken },
      ...requests,
    }),
    witnesses: [
      new RekorWitness({
        rekorBaseURL: instance.rekorUrl,
        majorApiVersion: instance.rekorVersion,
        entryType: 'dsse',
        ...requests,
      }),
      ...(instance.timestampUrl === undefined
        ? []
        : [new TSAWitness({ tsaBaseURL: instance.timestampUrl, ...requests })]),
    ],
  };
  return {
    signStatement: (statement) =>
      create(new DSSEBundleBuilder(parts), { data: Buffer.from(statement), type: IN_TOTO_PAYLOAD_TYPE }),
    signDocument: (document) => create(new DocumentBundleBuilder(parts), { data: Buffer.from(document) }),
  };
}

/** The library's own builder still writes bundle v0.2 for message signatures. */
class DocumentBundleBuilder extends MessageSignatureBundleBuilder {
  protected override async package({ data }: Artifact, { key, signature }: Signature) {
    const digest = crypto.digest('sha256', data);
    if (key.$case === 'publicKey') throw new AssayError('INTERNAL', 'a keyless signer returned no certificate');
    return toMessageSignatureBundle({ digest, signature, certificate: pem.toDER(key.certificate) });
  }
}

async function create(builder: BundleBuilder, artifact: Artifact): Promise<Uint8Array> {
  let bundle: Bundle;
  try {
    bundle = await builder.create(artifact);
  } catch (cause) {
    throw signingError(cause);
  }
  return bundleBytes(bundle);
}

const SERVICES: Readonly<Partial<Record<InternalError['code'], string>>> = {
  CA_CREATE_SIGNING_CERTIFICATE_ERROR: 'the certificate authority (Fulcio)',
  TLOG_CREATE_ENTRY_ERROR: 'the transparency log (Rekor)',
  TLOG_FETCH_ENTRY_ERROR: 'the transparency log (Rekor)',
  TSA_CREATE_TIMESTAMP_ERROR: 'the timestamp authority',
};

function signingError(cause: unknown): AssayError {
  if (cause instanceof AssayError) return cause;
  if (!(cause instanceof InternalError)) {
    return new AssayError('INTERNAL', 'signing failed in an unexpected way', { cause });
  }
  const service = SERVICES[cause.code];
  if (service === undefined) {
    // Neither message nor cause is passed on: the library puts the token itself into them.
    return new AssayError('PERMISSION_MISSING', 'no usable identity token could be had for signing', {
      hint: 'Give the job `permissions: id-token: write`; pull requests from forks cannot sign.',
    });
  }
  const status = statusOf(cause.cause);
  if (status !== undefined && status < 500) {
    return new AssayError('UPSTREAM_REFUSED', `${service} refused to sign: ${cause.message}`, {
      cause,
      hint: 'Check that the identity token is for the audience "sigstore" and from an issuer this instance accepts.',
    });
  }
  return new AssayError('NETWORK', `${service} could not be reached or failed: ${cause.message}`, {
    cause,
    hint: 'Try again; nothing was published.',
  });
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
