import * as z from 'zod';
import { CallPathSchema } from './call-path.ts';
import { CapabilityUseSchema } from './capability.ts';
import { DigestSchema } from './digest.ts';
import { AbiSchema } from './manifest.ts';
import { ModuleFactsSchema } from './module-facts.ts';
import { LevelSchema, RuleIdSchema } from './policy.ts';
import { ProbeSchema } from './probe.ts';

/**
 * A change that a tool can make. `manifest` and `policy` edits are applied by `assay fix`; `flags` are for the
 * toolchain's command line and are printed.
 */
export const FixSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.enum(['manifest', 'policy']),
      description: z.string(),
      /** RFC 6902 operations on the document. */
      edits: z.array(
        z.strictObject({ op: z.enum(['add', 'remove', 'replace']), path: z.string(), value: z.json().optional() }),
      ),
    }),
    z.strictObject({
      kind: z.literal('flags'),
      description: z.string(),
      /** Toolchain → flags to add. `*` for what every linker of the family takes. */
      flags: z.record(z.string(), z.array(z.string())),
    }),
  ])
  .meta({ id: 'Fix' });
export type Fix = z.infer<typeof FixSchema>;

export const LocationSchema = z
  .strictObject({
    /** Byte offset into the artifact. */
    offset: z.int().nonnegative().optional(),
    section: z.string().optional(),
    function: z.string().optional(),
    import: z.string().optional(),
    export: z.string().optional(),
    /** How the export, or another root, gets to the import. */
    path: CallPathSchema.optional(),
  })
  .meta({ id: 'FindingLocation' });
export type FindingLocation = z.infer<typeof LocationSchema>;

export const FindingSchema = z
  .strictObject({
    rule: RuleIdSchema,
    level: LevelSchema,
    /** One sentence for a person, with the values in it. */
    message: z.string().max(2000),
    locations: z.array(LocationSchema).max(50),
    /** Stable over versions while the finding is about the same thing (rule and what it is about, not offsets). */
    fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
    /** What the finding covers; it has grown when something is in here that was not before. */
    extent: z.array(z.string().max(300)).max(2000),
    /** What the author does about it, one or two sentences. */
    action: z.string().max(1000),
    fix: FixSchema.optional(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof FindingSchema>;

export const CERTAINTY = ['certain', 'sound', 'heuristic'] as const;

/** What a rule is, carried in every report so that rendering needs no catalogue. */
export const RuleDescriptorSchema = z
  .strictObject({
    id: RuleIdSchema,
    name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    /** The catalogue row it belongs to (1 to 43). */
    row: z.int().min(1).max(99),
    short: z.string().max(200),
    help: z.string().max(3000),
    certainty: z.enum(CERTAINTY),
    /** Level before any policy. */
    level: LevelSchema,
  })
  .meta({ id: 'RuleDescriptor' });
export type RuleDescriptor = z.infer<typeof RuleDescriptorSchema>;

/** A library that the bytes say they contain. */
export const DependencySchema = z
  .strictObject({
    /** OSV's name of the ecosystem, such as `crates.io` or `Go`; `generic` for C libraries. */
    ecosystem: z.string().max(64),
    name: z.string().max(300),
    version: z.string().max(100),
    /** What says so: the build's own list, or a trace such as a source path or a version text. */
    evidence: z.enum(['declared', 'trace']),
  })
  .meta({ id: 'Dependency' });
export type Dependency = z.infer<typeof DependencySchema>;

export const AuditReportSchema = z
  .strictObject({
    schema: z.literal('assay.audit-report/1'),
    subject: z.strictObject({ name: z.string().max(300), digest: DigestSchema, size: z.int().nonnegative() }),
    /** The manifest's abi when there was one, else what the imports and exports look like. */
    abi: AbiSchema.extend({ inferred: z.boolean() }),
    facts: ModuleFactsSchema,
    capabilities: z.array(CapabilityUseSchema),
    dependencies: z.array(DependencySchema).max(5000).optional(),
    findings: z.array(FindingSchema),
    /** Descriptors of the rules that fired. */
    rules: z.record(RuleIdSchema, RuleDescriptorSchema),
    rulesEdition: z.string().max(32),
    /** Digest of the advisory data that was consulted. */
    advisories: DigestSchema.optional(),
    engine: z.strictObject({ assay: z.string(), validator: z.string() }),
    /** What the module did when it was tried out, where somebody asked for that. No verdict depends on it. */
    probe: ProbeSchema.optional(),
  })
  .meta({ id: 'AuditReport', description: 'What an audit found; facts and findings, no decision' });
export type AuditReport = z.infer<typeof AuditReportSchema>;

/**
 * The same schema with its large parts compiled to functions, for reading very many reports: it takes a third of the
 * time for each, after some milliseconds once. What does not fit is explained by the schema itself.
 */
export function compiledReportSchema(): typeof AuditReportSchema {
  const { capabilities, rules, dependencies } = AuditReportSchema.shape;
  const compiled = <S extends z.ZodType>(schema: S): S => z.compile(schema, { strict: true });
  return AuditReportSchema.extend({
    facts: compiled(ModuleFactsSchema),
    capabilities: compiled(capabilities),
    dependencies: compiled(dependencies),
    rules: compiled(rules),
  });
}
