import * as z from 'zod';
import { DigestSetSchema } from './digest.ts';
import { TOOLKIT } from './toolkit.ts';

export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const PREDICATE = {
  provenance: 'https://slsa.dev/provenance/v1',
  verificationSummary: 'https://slsa.dev/verification_summary/v1',
  resolution: `${TOOLKIT.attestationBase}resolution/v1`,
} as const;

/** in-toto ResourceDescriptor (attestation framework v1), the fields Assay reads or writes. */
export const ResourceDescriptorSchema = z.looseObject({
  name: z.string().max(500).optional(),
  uri: z.string().max(1000).optional(),
  digest: DigestSetSchema.optional(),
  mediaType: z.string().max(128).optional(),
});
export type ResourceDescriptor = z.infer<typeof ResourceDescriptorSchema>;

export const SubjectSchema = z.looseObject({ name: z.string().max(500).optional(), digest: DigestSetSchema });
export type Subject = z.infer<typeof SubjectSchema>;

/** in-toto Statement v1. Unknown fields are allowed, as that specification demands of consumers. */
export const StatementSchema = z
  .looseObject({
    _type: z.literal('https://in-toto.io/Statement/v1'),
    subject: z.array(SubjectSchema).min(1).max(1000),
    predicateType: z.url().max(300),
    predicate: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Statement' });
export type Statement = z.infer<typeof StatementSchema>;

/** SLSA Verification Summary v1 (slsa.dev/spec/v1.1/verification_summary). */
export const VerificationSummarySchema = z
  .looseObject({
    verifier: z.looseObject({ id: z.url().max(500), version: z.record(z.string(), z.string()).optional() }),
    timeVerified: z.iso.datetime().optional(),
    resourceUri: z.string().min(1).max(1000),
    policy: ResourceDescriptorSchema,
    inputAttestations: z.array(ResourceDescriptorSchema).max(100).optional(),
    verificationResult: z.enum(['PASSED', 'FAILED']),
    verifiedLevels: z.array(z.string().max(100)).max(50),
  })
  .meta({ id: 'VerificationSummary' });
export type VerificationSummary = z.infer<typeof VerificationSummarySchema>;

/** SLSA Provenance v1 (slsa.dev/spec/v1.1/provenance), the fields Assay reads or writes. */
export const ProvenanceSchema = z
  .looseObject({
    buildDefinition: z.looseObject({
      buildType: z.url().max(500),
      externalParameters: z.record(z.string(), z.unknown()),
      internalParameters: z.record(z.string(), z.unknown()).optional(),
      resolvedDependencies: z.array(ResourceDescriptorSchema).max(10_000).optional(),
    }),
    runDetails: z.looseObject({
      builder: z.looseObject({ id: z.url().max(500) }),
      metadata: z.looseObject({ invocationId: z.string().optional() }).optional(),
      byproducts: z.array(ResourceDescriptorSchema).max(1000).optional(),
    }),
  })
  .meta({ id: 'Provenance' });
export type Provenance = z.infer<typeof ProvenanceSchema>;

/** What a registry's verdict is about: `<canonicalUrl>/<namespace>/<name>@<version>#<platform>`. */
export function resourceUri(canonicalUrl: string, name: string, version: string, platform: string): string {
  return `${canonicalUrl.replace(/\/+$/, '')}/${name}@${version}#${platform}`;
}
