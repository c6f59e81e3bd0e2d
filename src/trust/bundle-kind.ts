import { parseJson } from '#model/parse';
import { AssayError } from '#model/errors';
import * as z from 'zod';

/** What a bundle claims to hold. Nothing of it is believed; it only says which check to make. */
export type BundleKind =
  | { readonly kind: 'document' }
  | { readonly kind: 'statement'; readonly predicateType: string | undefined };

const MAX_BYTES = 8 * 1024 * 1024;

const OutlineSchema = z.looseObject({
  messageSignature: z.looseObject({}).optional(),
  dsseEnvelope: z.looseObject({ payload: z.string() }).optional(),
});
const ClaimSchema = z.looseObject({ predicateType: z.string() });

/** Looks at an unverified bundle to sort it. Throws BUNDLE_MALFORMED for what is no bundle at all. */
export function bundleKind(bundle: Uint8Array): BundleKind {
  let outline: z.output<typeof OutlineSchema>;
  try {
    outline = parseJson(OutlineSchema, bundle, { source: 'the signature bundle', maxBytes: MAX_BYTES });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('BUNDLE_MALFORMED', message, { cause, hint: 'Name a Sigstore bundle v0.3 in JSON.' });
  }
  if (outline.dsseEnvelope !== undefined) {
    return { kind: 'statement', predicateType: claimedType(outline.dsseEnvelope.payload) };
  }
  if (outline.messageSignature !== undefined) return { kind: 'document' };
  throw new AssayError('BUNDLE_MALFORMED', 'the signature bundle holds neither a statement nor a document signature', {
    hint: 'Name a Sigstore bundle v0.3 in JSON.',
  });
}

function claimedType(payload: string): string | undefined {
  try {
    return ClaimSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).predicateType;
  } catch {
    return undefined;
  }
}
