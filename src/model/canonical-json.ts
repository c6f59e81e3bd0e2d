import canonicalize from 'canonicalize';
import { AssayError } from './errors.ts';
import { type Digest, digestOf } from './digest-of.ts';

/** The RFC 8785 (JCS) text of a JSON value. Throws INTERNAL for what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new AssayError('INTERNAL', 'a value that is not JSON cannot be written canonically');
  return text;
}

/** sha256 over the JCS text: the same on every machine for equal values. */
export function canonicalDigest(value: unknown): Digest {
  return digestOf(canonicalJson(value));
}
