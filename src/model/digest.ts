import * as z from 'zod';
import { type Digest, digestOf } from './digest-of.ts';

/** `sha256:` and 64 lower-case hex digits, the form OCI descriptors use. */
export const DigestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" followed by 64 lower-case hex digits')
  .meta({ id: 'Digest', description: 'sha256 digest of bytes as they were written' }) satisfies z.ZodType<Digest>;

/** in-toto DigestSet: algorithm → value (in-toto attestation v1). Besides sha256 there are names such as gitCommit. */
export const DigestSetSchema = z
  .record(z.string().regex(/^[A-Za-z0-9_]{2,32}$/), z.string().regex(/^[0-9a-zA-Z+/=_-]{8,256}$/))
  .meta({ id: 'DigestSet' });
export type DigestSet = z.infer<typeof DigestSetSchema>;

/** What is needed to fetch bytes and to know that they are the right ones (OCI content descriptor). Size in bytes. */
export const DescriptorSchema = z
  .strictObject({
    digest: DigestSchema,
    size: z.int().nonnegative(),
    mediaType: z.string().min(3).max(128).optional(),
  })
  .meta({ id: 'Descriptor' });
export type Descriptor = z.infer<typeof DescriptorSchema>;

export function descriptorOf(bytes: Uint8Array, mediaType?: string): Descriptor {
  const base = { digest: digestOf(bytes), size: bytes.length };
  return mediaType === undefined ? base : { ...base, mediaType };
}

// Hashing needs no schemas: what only hashes imports `digest-of.ts` and starts without the schema library.
export { type Digest, digestOf, hexOf, shortDigest } from './digest-of.ts';
