import { TrustedRoot } from '@sigstore/protobuf-specs';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import * as z from 'zod';

const MAX_TRUSTED_ROOT_BYTES = 2 * 1024 * 1024;

const validFor = z.looseObject({ start: z.iso.datetime(), end: z.iso.datetime().nullish() });
const bytes = z.base64().min(1);
const certificates = z.array(z.looseObject({ rawBytes: bytes })).min(1);
const authority = z.looseObject({ certChain: z.looseObject({ certificates }), validFor });
const log = z.looseObject({
  publicKey: z.looseObject({ rawBytes: bytes, keyDetails: z.string(), validFor }),
  logId: z.looseObject({ keyId: bytes }),
});

/** The parts of dev.sigstore.trustroot.v1.TrustedRoot that verification rests on; newer fields may stand beside them. */
const TrustedRootJsonSchema = z.looseObject({
  mediaType: z.enum([
    'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
    'application/vnd.dev.sigstore.trustedroot.v0.1+json',
    'application/vnd.dev.sigstore.trustedroot.v0.2+json',
  ]),
  tlogs: z.array(log).max(100).default([]),
  certificateAuthorities: z.array(authority).max(100).default([]),
  ctlogs: z.array(log).max(100).default([]),
  timestampAuthorities: z.array(authority).max(100).default([]),
});

/**
 * Reads `trusted_root.json`: the certificate authorities, logs and timestamp authorities that keyless signatures are
 * checked against. A validity period without a start is refused, since it would mean "always".
 * Throws DOCUMENT_MALFORMED, DOCUMENT_INVALID or FILE_TOO_LARGE.
 */
export function readTrustedRoot(input: Uint8Array | string, source = 'trusted_root.json'): TrustedRoot {
  const hint = 'Fetch it again, for instance with `cosign trusted-root create` or `gh attestation trusted-root`.';
  const json = parseJson(TrustedRootJsonSchema, input, { source, maxBytes: MAX_TRUSTED_ROOT_BYTES, hint });
  try {
    return TrustedRoot.fromJSON(json);
  } catch (cause) {
    throw new AssayError('DOCUMENT_INVALID', `${source} cannot be read as a Sigstore trusted root`, { cause, hint });
  }
}
