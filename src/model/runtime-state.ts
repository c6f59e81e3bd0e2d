import * as z from 'zod';
import { CapabilitySchema } from './capability.ts';
import { DigestSchema } from './digest.ts';
import { ArtifactSchema } from './events.ts';
import { IdentitySchema } from './identity.ts';
import { LockfileSchema } from './lockfile.ts';
import { AbiSchema } from './manifest.ts';
import { InstantSchema, PluginNameSchema, RegistryIdSchema, VersionSchema } from './names.ts';

const generation = z.int().positive();

/** A plugin as it is installed: one artifact, and what it may do here. */
export const InstalledPluginSchema = z
  .strictObject({
    registry: RegistryIdSchema,
    version: VersionSchema,
    /** Digest of the release event's line. */
    release: DigestSchema,
    /** The bytes stand under `store/sha256/<digest>`. */
    artifact: ArtifactSchema.omit({ urls: true }),
    abi: AbiSchema,
    capabilities: z.array(CapabilitySchema),
    signer: IdentitySchema,
    dependencies: z.record(PluginNameSchema, z.string().max(100)),
  })
  .meta({ id: 'InstalledPlugin' });
export type InstalledPlugin = z.infer<typeof InstalledPluginSchema>;

/** `generations/<number>/generation.json`: one whole set of plugins. Never changes. */
export const GenerationSchema = z
  .strictObject({
    schema: z.literal('assay.generation/1'),
    number: generation,
    createdAt: InstantSchema,
    plugins: z.record(PluginNameSchema, InstalledPluginSchema),
    /** The lock that belongs to the set. */
    lock: LockfileSchema,
  })
  .meta({ id: 'Generation' });
export type Generation = z.infer<typeof GenerationSchema>;

/** `current.json`: the generation in use. */
export const CurrentSchema = z
  .strictObject({ schema: z.literal('assay.current/1'), generation })
  .meta({ id: 'CurrentGeneration' });

/** `journal.json`: how far a switch has come. Absent when none is under way. */
export const JournalSchema = z
  .strictObject({
    schema: z.literal('assay.journal/1'),
    state: z.enum(['prepared', 'switched', 'committed']),
    from: generation.optional(),
    to: generation,
    /** Whether `to` was made for this switch, so that undoing it also removes it. */
    created: z.boolean(),
    /** Set when assay.lock was not that of `from`, but put there to be installed: undoing leaves the file alone. */
    lockPlaced: z.literal(true).optional(),
  })
  .meta({ id: 'Journal' });
export type Journal = z.infer<typeof JournalSchema>;

/** `registries/<id>.json`: the newest of a registry that passed every check here. Never goes back. */
export const RegistryStateSchema = z
  .strictObject({
    schema: z.literal('assay.registry-state/1'),
    /** The root that trust.json pinned when this was seen. Whoever pins another one begins anew. */
    pin: DigestSchema,
    rootVersion: z.int().positive(),
    root: DigestSchema,
    serial: z.int().positive(),
    snapshot: DigestSchema,
    /** Serials up to this one were seen under a holder of the snapshot role who lost it since, and count no more. */
    forgotten: z.int().positive().optional(),
    seenAt: InstantSchema,
  })
  .meta({ id: 'RegistryState' });
export type RegistryState = z.infer<typeof RegistryStateSchema>;

/** A version that its registry has blocked, as far as this machine has heard. */
export const BlockedVersionSchema = z
  .strictObject({
    registry: RegistryIdSchema,
    name: PluginNameSchema,
    version: VersionSchema,
    reason: z.string().min(1).max(1000),
  })
  .meta({ id: 'BlockedVersion' });
export type BlockedVersion = z.infer<typeof BlockedVersionSchema>;

/** `blocked.json`: consulted by rollback and start, which work without a network. */
export const BlockListSchema = z
  .strictObject({ schema: z.literal('assay.blocked/1'), versions: z.array(BlockedVersionSchema).max(100_000) })
  .meta({ id: 'BlockList' });
