import * as z from 'zod';
import { CapabilitySchema } from './capability.ts';
import { DigestSchema } from './digest.ts';
import { ABI_KINDS } from './manifest.ts';
import { NamespaceSchema, RegistryIdSchema } from './names.ts';

/** A registry that this machine trusts, with everything that the machine pins about it. */
export const TrustedRegistrySchema = z
  .strictObject({
    url: z.string().min(1).max(1000).meta({ description: 'Folder or address that serves the registry’s files' }),
    root: DigestSchema.meta({ description: 'Digest of the first root that was trusted' }),
    /** Narrows which policies count; the registry's own list always applies too. */
    policies: z.array(DigestSchema).min(1).max(100).optional(),
  })
  .meta({ id: 'TrustedRegistry' });
export type TrustedRegistry = z.infer<typeof TrustedRegistrySchema>;

/** `trust.json` of a runtime folder: what this machine believes before it reads anything from a network. */
export const TrustPolicySchema = z
  .strictObject({
    schema: z.literal('assay.trust/1'),
    registries: z.record(RegistryIdSchema, TrustedRegistrySchema),
    /** Namespace → the one registry that may serve it. */
    namespaces: z.record(NamespaceSchema, RegistryIdSchema),
    /** Hours that a release must have been public before it is installed. */
    minimumAgeHours: z.number().nonnegative().max(8760).default(0),
    /** Capabilities that plugins may hold here; everything that was approved when absent. */
    capabilities: z.array(CapabilitySchema).max(500).optional(),
    /** This host's version, which an abi.host range is compared with. */
    hostVersion: z.string().max(64).optional(),
    /** ABI kinds that the host loads; all when absent. */
    abis: z.array(z.enum(ABI_KINDS)).min(1).optional(),
    /** Platforms of artifacts that the host runs, the preferred first; a release's first artifact when absent. */
    platforms: z.array(z.string().min(1).max(64)).min(1).max(50).optional(),
    generationsKept: z.int().min(2).max(100).default(5),
  })
  .meta({ id: 'TrustPolicy', title: 'trust.json' });
export type TrustPolicy = z.infer<typeof TrustPolicySchema>;
