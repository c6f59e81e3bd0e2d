import * as z from 'zod';
import { CapabilitySchema } from './capability.ts';
import { DescriptorSchema, DigestSchema } from './digest.ts';
import { AbiSchema, RelativePathSchema } from './manifest.ts';
import { InstantSchema, PluginNameSchema, VersionSchema } from './names.ts';

const at = InstantSchema;
const seq = z.int().positive();

/** One artifact of a release. `build` is the matrix id it came from; `platform` what it runs on. */
export const ArtifactSchema = z
  .strictObject({
    digest: DigestSchema,
    size: z.int().nonnegative(),
    mediaType: z.string().min(3).max(128),
    build: z.string().min(1).max(128),
    platform: z.string().min(1).max(64),
    urls: z.array(z.url().max(1000)).max(20),
  })
  .meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof ArtifactSchema>;

/** A Sigstore bundle kept under `att/sha256/<artifact digest>/<bundle digest>.sigstore.json`. */
export const BundleDescriptorSchema = z
  .strictObject({
    digest: DigestSchema,
    size: z.int().nonnegative(),
    mediaType: z.string().max(128),
    artifact: DigestSchema,
    predicateType: z.url().max(300),
  })
  .meta({ id: 'BundleDescriptor' });
export type BundleDescriptor = z.infer<typeof BundleDescriptorSchema>;

/** A version, as it was published. Never changes. */
export const ReleaseEventSchema = z
  .strictObject({
    event: z.literal('release'),
    seq,
    publishedAt: at,
    name: PluginNameSchema,
    version: VersionSchema,
    type: z.string().max(64).optional(),
    description: z.string().max(500).optional(),
    license: z.string().max(100).optional(),
    artifacts: z.array(ArtifactSchema).min(1).max(256),
    companions: z.array(DescriptorSchema.extend({ path: RelativePathSchema })).max(50),
    abi: AbiSchema,
    capabilities: z.array(CapabilitySchema).max(500),
    dependencies: z.record(PluginNameSchema, z.string().max(100)),
    /** Provenance and other statements of the author. */
    bundles: z.array(BundleDescriptorSchema).max(100),
  })
  .meta({ id: 'ReleaseEvent' });
export type ReleaseEvent = z.infer<typeof ReleaseEventSchema>;

/** The registry's verdict on one artifact of a version. */
export const VerdictEventSchema = z
  .strictObject({
    event: z.literal('verdict'),
    seq,
    at,
    version: VersionSchema,
    artifact: DigestSchema,
    result: z.enum(['PASSED', 'FAILED']),
    policy: DigestSchema,
    bundle: BundleDescriptorSchema,
    /** The audit report that the verdict rests on. */
    report: DescriptorSchema.optional(),
  })
  .meta({ id: 'VerdictEvent' });
export type VerdictEvent = z.infer<typeof VerdictEventSchema>;

export const StateEventSchema = z
  .strictObject({
    event: z.literal('state'),
    seq,
    at,
    version: VersionSchema,
    state: z.enum(['active', 'deprecated', 'yanked', 'blocked']),
    reason: z.string().min(1).max(1000),
    severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  })
  .meta({ id: 'StateEvent' });
export type StateEvent = z.infer<typeof StateEventSchema>;

export const MirrorEventSchema = z
  .strictObject({
    event: z.literal('mirror'),
    seq,
    at,
    version: VersionSchema,
    artifact: DigestSchema,
    urls: z.array(z.url().max(1000)).min(1).max(20),
  })
  .meta({ id: 'MirrorEvent' });
export type MirrorEvent = z.infer<typeof MirrorEventSchema>;

/** One line of `index/<namespace>/<name>/<digest>.jsonl`. */
export const RegistryEventSchema = z
  .discriminatedUnion('event', [ReleaseEventSchema, VerdictEventSchema, StateEventSchema, MirrorEventSchema])
  .meta({ id: 'RegistryEvent', title: 'registry event' });
export type RegistryEvent = z.infer<typeof RegistryEventSchema>;
