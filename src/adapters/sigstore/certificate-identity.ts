import type { Signer as VerifiedSigner } from '@sigstore/verify';
import { AssayError } from '#model/errors';
import type { Signer } from '#model/identity';

type CertificateIdentity = NonNullable<VerifiedSigner['identity']>;

const FULCIO_ARC = '1.3.6.1.4.1.57264.1.';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const UTF8_STRING = 0x0c;

/**
 * What a Fulcio certificate says about its holder (fulcio/docs/oid-info.md). Extensions 1 to 7 are the deprecated
 * spellings and are not read. Throws BUNDLE_INVALID for a certificate that says a thing twice or not at all.
 */
export function signerOf(identity: CertificateIdentity | undefined): Signer {
  const san = identity?.subjectAlternativeName;
  if (identity === undefined || san === undefined || san === '') throw unusable('names no holder');
  const extensions = new Map<string, Uint8Array>();
  for (const { oid, value } of identity.oids ?? []) {
    const id = oid?.id.join('.') ?? '';
    if (extensions.has(id)) throw unusable(`holds the extension ${id} twice`);
    extensions.set(id, value);
  }
  requireOneName(extensions.get(SUBJECT_ALTERNATIVE_NAME));
  const read = (number: number): string | undefined => {
    const value = extensions.get(`${FULCIO_ARC}${number}`);
    return value === undefined ? undefined : utf8String(value, number);
  };
  const issuer = read(8);
  if (issuer === undefined) throw unusable('does not name its token issuer (extension 8)');
  return {
    kind: 'keyless',
    issuer,
    san,
    signerUri: read(9),
    signerDigest: read(10),
    runnerEnvironment: read(11),
    ref: read(14),
    sourceRepositoryId: read(15),
    sourceOwnerId: read(17),
    trigger: read(20),
  };
}

/** A DER UTF8String (X.690, 8.23) that fills its extension exactly. */
function utf8String(der: Uint8Array, extension: number): string {
  const fault = unusable(`holds an unreadable extension ${extension}`);
  const { length, start } = header(der, UTF8_STRING, fault);
  if (start + length !== der.length) throw fault;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(der.subarray(start));
  } catch {
    throw fault;
  }
}

/** Fulcio issues exactly one name; with two, what is compared would depend on the reader. */
function requireOneName(der: Uint8Array | undefined): void {
  const fault = unusable('holds an unreadable subject alternative name');
  if (der === undefined) throw fault;
  const sequence = header(der, 0x30, fault);
  const names = der.subarray(sequence.start);
  if (names.length !== sequence.length || names.length === 0) throw fault;
  const name = header(names, names[0] ?? 0, fault);
  if (name.start + name.length !== names.length) throw unusable('names more than one holder');
}

/** Tag and definite length of a DER element: short form, or long form of one or two bytes. */
function header(der: Uint8Array, tag: number, fault: AssayError): { readonly start: number; readonly length: number } {
  const [first, length, high, low] = der;
  if (first !== tag || length === undefined) throw fault;
  if (length < 0x80) return { start: 2, length };
  if (length === 0x81 && high !== undefined && high >= 0x80) return { start: 3, length: high };
  if (length === 0x82 && high !== undefined && low !== undefined && high > 0) {
    return { start: 4, length: high * 256 + low };
  }
  throw fault;
}

function unusable(why: string): AssayError {
  return new AssayError('BUNDLE_INVALID', `the signing certificate ${why}`, {
    hint: 'Sign again with a certificate issued by Fulcio for a workflow identity.',
  });
}
