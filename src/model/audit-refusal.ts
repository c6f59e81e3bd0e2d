import * as z from 'zod';
import { AuditReportSchema, compiledReportSchema, FindingSchema, RuleDescriptorSchema } from './audit-report.ts';

/** What an audit leaves about bytes that no engine loads, in the place of a report: there are no facts about them. */
export const AuditRefusalSchema = z
  .strictObject({
    schema: z.literal('assay.audit-refusal/1'),
    subject: AuditReportSchema.shape.subject,
    finding: FindingSchema,
    rule: RuleDescriptorSchema,
    rulesEdition: AuditReportSchema.shape.rulesEdition,
    engine: z.strictObject({ assay: z.string() }),
  })
  .meta({ id: 'AuditRefusal', description: 'Why bytes could not be audited; whatever decides over it rejects' });
export type AuditRefusal = z.infer<typeof AuditRefusalSchema>;

/** What stands in `<id>.audit.json`: a report, or why there is none. */
export const AuditedSchema = z.discriminatedUnion('schema', [AuditReportSchema, AuditRefusalSchema]);
export type Audited = z.infer<typeof AuditedSchema>;

/** The same for reading very many of them. */
export function compiledAuditedSchema() {
  return z.discriminatedUnion('schema', [compiledReportSchema(), AuditRefusalSchema]);
}
