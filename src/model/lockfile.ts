import * as z from 'zod';
import { CapabilitySchema } from './capability.ts';
import { DigestSchema } from './digest.ts';
import { IdentitySchema } from './identity.ts';
import { AbiSchema } from './manifest.ts';
import { PluginNameSchema, RegistryIdSchema, VersionSchema } from './names.ts';

/** One plugin of the lock: exactly one release of exactly one registry, with what was believed about it. */
export const LockedPluginSchema = z
  .strictObject({
    registry: RegistryIdSchema,
    version: VersionSchema,
    /** Digest of the release event's line. */
    release: DigestSchema,
    /** Artifacts of all platforms. */
    artifacts: z
      .array(
        z.strictObject({
          platform: z.string().max(64),
          digest: DigestSchema,
          size: z.int().nonnegative(),
          provenance: z.array(DigestSchema),
          verdict: z.array(DigestSchema),
        }),
      )
      .min(1),
    /** Who signed the provenance. */
    signer: IdentitySchema,
    abi: AbiSchema,
    capabilities: z.array(CapabilitySchema),
    /** The range that was asked for. */
    requested: z.string().max(500),
    /** Installed only because other plugins of the set need it. */
    dependency: z.boolean(),
  })
  .meta({ id: 'LockedPlugin' });
export type LockedPlugin = z.infer<typeof LockedPluginSchema>;

/** `assay.lock`. */
export const LockfileSchema = z
  .strictObject({
    lockVersion: z.literal(1),
    configSerial: z.int().nonnegative(),
    registries: z.record(RegistryIdSchema, z.strictObject({ root: DigestSchema, serial: z.int().positive() })),
    /** `namespace/name` → what is locked. */
    plugins: z.record(PluginNameSchema, LockedPluginSchema),
  })
  .meta({ id: 'Lockfile', title: 'assay.lock' });
export type Lockfile = z.infer<typeof LockfileSchema>;
