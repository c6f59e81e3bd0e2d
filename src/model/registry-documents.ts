import * as z from 'zod';
import { DescriptorSchema, DigestSchema } from './digest.ts';
import { IdentitySchema, KeyIdSchema, KeyringSchema } from './identity.ts';
import { InstantSchema, NamespaceSchema, RegistryIdSchema } from './names.ts';

/** `registry.json`: a hint where to begin. Nothing in it is trusted. */
export const RegistryHintSchema = z
  .strictObject({
    schema: z.literal('assay.registry/1'),
    id: RegistryIdSchema,
    canonicalUrl: z.url().max(500),
    rootVersion: z.int().positive(),
  })
  .meta({ id: 'RegistryHint', title: 'registry.json' });
export type RegistryHint = z.infer<typeof RegistryHintSchema>;

const holders = z.array(IdentitySchema).min(1).max(20);

/** `root/N.json`: which identities hold which role. Signed by the threshold of N-1 and of N (TUF 1.0.33, 5.3). */
export const RootSchema = z
  .strictObject({
    schema: z.literal('assay.root/1'),
    registryId: RegistryIdSchema,
    canonicalUrl: z.url().max(500),
    version: z.int().positive(),
    expires: InstantSchema,
    /** How many of `rootKeys` must sign. */
    threshold: z.int().positive().max(20),
    rootKeys: z.array(KeyIdSchema).min(1).max(20),
    keys: KeyringSchema,
    roles: z.strictObject({ verdict: holders, resolution: holders, snapshot: holders, config: holders.optional() }),
  })
  .refine((root) => new Set(root.rootKeys).size === root.rootKeys.length, {
    message: 'lists a key twice',
    path: ['rootKeys'],
  })
  .refine((root) => root.threshold <= root.rootKeys.length, {
    message: 'is higher than the number of root keys',
    path: ['threshold'],
  })
  .refine((root) => root.rootKeys.every((id) => id in root.keys), {
    message: 'names a key that is not in keys',
    path: ['rootKeys'],
  })
  .meta({ id: 'Root', title: 'root/N.json' });
export type Root = z.infer<typeof RootSchema>;

/** `owners/<namespace>/<digest>.json`: who may publish under a namespace. */
export const OwnersSchema = z
  .strictObject({
    schema: z.literal('assay.owners/1'),
    namespace: NamespaceSchema,
    since: InstantSchema,
    authors: holders,
    keys: KeyringSchema,
  })
  .meta({ id: 'Owners', title: 'owners' });
export type Owners = z.infer<typeof OwnersSchema>;

/** Digest and size of a content-addressed index file. */
const indexEntry = DescriptorSchema.omit({ mediaType: true });

/** `shards/<digest>.json`: logical path (`index/acme/greet`, `owners/acme`) → file that holds it now. */
export const ShardSchema = z
  .strictObject({
    schema: z.literal('assay.shard/1'),
    entries: z.record(z.string().regex(/^(?:index|owners)\/[a-z0-9/-]{2,90}$/), indexEntry),
  })
  .meta({ id: 'Shard', title: 'shard' });
export type Shard = z.infer<typeof ShardSchema>;

/** `snapshot.json`: the current index, whole, by digest. */
export const SnapshotSchema = z
  .strictObject({
    schema: z.literal('assay.snapshot/1'),
    registryId: RegistryIdSchema,
    serial: z.int().positive(),
    issuedAt: InstantSchema,
    expires: InstantSchema,
    /** Digests of policies whose verdicts count; the newest last. */
    acceptedPolicies: z.array(DigestSchema).max(1000),
    /** First two (later four) hex digits of sha256(logical path) → shard. */
    shards: z.record(z.string().regex(/^(?:[0-9a-f]{2}|[0-9a-f]{4})$/), indexEntry),
  })
  .meta({ id: 'Snapshot', title: 'snapshot.json' });
export type Snapshot = z.infer<typeof SnapshotSchema>;
