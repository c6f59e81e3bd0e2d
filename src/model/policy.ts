import * as z from 'zod';
import { CapabilitySchema } from './capability.ts';
import type { DigestSchema } from './digest.ts';
import { FuncTypeSchema } from './module-facts.ts';
import { InstantSchema, PluginNameSchema } from './names.ts';

export const LEVELS = ['error', 'warning', 'note', 'none'] as const;
/** SARIF's levels (SARIF 2.1.0, 3.27.10). error rejects, warning flags, note informs, none is silent. */
export const LevelSchema = z.enum(LEVELS).meta({ id: 'Level' });
export type Level = z.infer<typeof LevelSchema>;

export const RuleIdSchema = z
  .string()
  .regex(/^ASY[0-9]{2,4}$/, 'must be a rule id such as ASY210')
  .meta({ id: 'RuleId' });

/** A capability, a glob over host capabilities such as `host:env.*` or `host:*`, or `*` for all. */
const capabilityPattern = z.union([CapabilitySchema, z.literal(['*', 'host:*'])]);

/** `module.name` with `*` globs, optionally with the signature that the host offers. */
export const ExternPatternSchema = z.union([
  z.string().min(1).max(300),
  z.strictObject({ name: z.string().min(1).max(300), type: FuncTypeSchema.optional() }),
]);
export type ExternPattern = z.infer<typeof ExternPatternSchema>;

/** Numbers above which a module is refused. Bytes, pages of 64 KiB, entries. */
export const LimitSettingsSchema = z
  .strictObject({
    size: z.int().positive().optional().meta({ description: 'Bytes of the file' }),
    functions: z.int().positive().optional().meta({ description: 'Functions that the module defines' }),
    functionSize: z.int().positive().optional().meta({ description: 'Bytes of one function body' }),
    imports: z.int().positive().optional().meta({ description: 'Imports' }),
    exports: z.int().positive().optional().meta({ description: 'Exports' }),
    initialMemoryPages: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'Pages of 64 KiB that a memory begins with' }),
    maximumMemoryPages: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'Pages of 64 KiB that a memory may grow to; every memory must then state a maximum' }),
    tableElements: z.int().nonnegative().optional().meta({ description: 'Entries of a table' }),
    dataBytes: z.int().nonnegative().optional().meta({ description: 'Bytes of all data segments' }),
    nestingDepth: z.int().nonnegative().optional().meta({ description: 'Modules and components inside components' }),
    customSectionShare: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta({ description: 'Share of the file that custom sections may take, 0 to 1' }),
  })
  .meta({ id: 'LimitSettings' });
export type LimitSettings = z.infer<typeof LimitSettingsSchema>;

export const WaiverSchema = z
  .strictObject({
    rule: RuleIdSchema.meta({ description: 'The rule that is waived' }),
    plugin: PluginNameSchema.meta({ description: 'The plugin it is waived for' }),
    reason: z.string().min(10).max(1000).meta({ description: 'Why, for whoever reads it later' }),
    who: z.string().min(1).max(100).meta({ description: 'Who decided' }),
    until: InstantSchema.meta({ description: 'When it ends' }),
  })
  .meta({ id: 'Waiver' });
export type Waiver = z.infer<typeof WaiverSchema>;

/** A person's decision on one finding; it carries to later versions until the finding grows. */
export const AcceptanceSchema = z
  .strictObject({
    plugin: PluginNameSchema,
    fingerprint: z.string().regex(/^[0-9a-f]{32,64}$/),
    /** How much there was when it was accepted (imports, bytes, exports …); more than that asks again. */
    extent: z.array(z.string().max(300)).max(2000).optional(),
    reason: z.string().min(1).max(1000),
    who: z.string().min(1).max(100),
    until: InstantSchema.optional(),
  })
  .meta({ id: 'Acceptance' });
export type Acceptance = z.infer<typeof AcceptanceSchema>;

const rules = z.record(RuleIdSchema, LevelSchema);

/** What a policy says, whether it stands alone or has been flattened. */
const policyBody = {
  capabilities: z
    .strictObject({
      imply: z
        .array(capabilityPattern)
        .optional()
        .meta({ description: 'Granted without a declaration: what the ABI’s own runtime library needs' }),
      allow: z.array(capabilityPattern).optional().meta({ description: 'Accepted when declared' }),
      review: z.array(capabilityPattern).optional().meta({ description: 'A person has to look, declared or not' }),
      deny: z.array(capabilityPattern).optional().meta({ description: 'Rejected' }),
    })
    .optional()
    .meta({ description: 'What plugins may do; deny wins over review over allow over imply' }),
  imports: z
    .strictObject({
      allow: z
        .array(ExternPatternSchema)
        .optional()
        .meta({ description: 'The only imports that pass, by glob and signature' }),
      deny: z.array(ExternPatternSchema).optional().meta({ description: 'Imports that are rejected' }),
    })
    .optional()
    .meta({ description: 'Which imports the host offers, as module.name' }),
  exports: z
    .strictObject({
      require: z
        .array(ExternPatternSchema)
        .optional()
        .meta({ description: 'Exports that must be there, by glob and signature' }),
      deny: z.array(ExternPatternSchema).optional().meta({ description: 'Exports that are rejected' }),
    })
    .optional()
    .meta({ description: 'What the host calls' }),
  limits: LimitSettingsSchema.optional().meta({ description: 'Numbers above which a module is rejected' }),
  features: z
    .strictObject({
      allow: z.array(z.string().max(64)).optional().meta({ description: 'Proposals that the host’s engine runs' }),
      deny: z.array(z.string().max(64)).optional().meta({ description: 'Proposals that are rejected' }),
    })
    .optional()
    .meta({ description: 'WebAssembly features by their usual names' }),
  rules: rules
    .optional()
    .meta({ description: 'Level of single rules: error rejects, warning asks a person, note informs, none is silent' }),
  outcome: z
    .strictObject({
      reject: z.enum(['error']).optional().meta({ description: 'Level that rejects' }),
      flag: z.enum(['warning', 'note']).optional().meta({ description: 'Lowest level that asks a person' }),
    })
    .optional()
    .meta({ description: 'From which level on a finding rejects or flags; default error and warning' }),
  assume: z
    .strictObject({
      hostWritesTables: z.boolean().optional().meta({
        description: 'Whether the host may put functions into exported tables; false bounds what can be reached',
      }),
    })
    .optional()
    .meta({ description: 'What is taken for granted about the host; recorded in the verdict' }),
};

/** `policy.yaml`. */
export const PolicySchema = z
  .strictObject({
    extends: z
      .array(z.string().min(1).max(300))
      .max(20)
      .optional()
      .meta({ description: 'Presets (assay:wasi-p1@1) or files that this policy builds on; later ones win' }),
    final: z
      .array(z.string().max(100))
      .max(200)
      .optional()
      .meta({ description: 'Paths of this document that a child may not weaken, such as capabilities.deny' }),
    ...policyBody,
    waivers: z
      .array(WaiverSchema)
      .max(1000)
      .optional()
      .meta({ description: 'Exceptions for one plugin and rule, with reason, name and end' }),
  })
  .meta({ id: 'Policy', title: 'policy.yaml', description: 'An Assay policy' });
export type Policy = z.infer<typeof PolicySchema>;

/** A policy with its presets merged in. Its JCS digest is the policy digest; waivers and acceptances stay outside. */
export const FlatPolicySchema = z
  .strictObject({ schema: z.literal('assay.policy/1'), rulesEdition: z.string().max(32), ...policyBody })
  .meta({ id: 'FlatPolicy' });
export type FlatPolicy = z.infer<typeof FlatPolicySchema>;

/** A flattened policy together with what explains and accompanies it. */
export interface EffectivePolicy {
  readonly flat: FlatPolicy;
  /** sha256 of the JCS of `flat`. */
  readonly digest: z.infer<typeof DigestSchema>;
  /** Path in `flat` (`rules.ASY240`, `capabilities.deny[0]`) → where it comes from (`assay:extism@1`, `policy.yaml:7`). */
  readonly origins: Readonly<Record<string, string>>;
  readonly waivers: readonly Waiver[];
}
