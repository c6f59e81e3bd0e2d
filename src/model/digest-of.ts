import { hash } from 'node:crypto';

/** `sha256:` and 64 lower-case hex digits; `DigestSchema` checks the form. */
export type Digest = string;

/** The sha256 digest of the bytes as they are. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}

/** The 64 hex digits behind `sha256:`. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The first hex digits, for people. Twelve are enough to tell artifacts apart and to type back. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}
