import * as z from 'zod';
import { FixSchema, LocationSchema, RuleDescriptorSchema } from './audit-report.ts';
import { CapabilitySchema } from './capability.ts';
import { DigestSchema } from './digest.ts';
import { PluginNameSchema, VersionSchema } from './names.ts';
import { LevelSchema, RuleIdSchema } from './policy.ts';

export const OUTCOMES = ['approve', 'flag', 'reject'] as const;
export const OutcomeSchema = z.enum(OUTCOMES).meta({ id: 'Outcome' });
export type Outcome = z.infer<typeof OutcomeSchema>;

/** Why the verdict is what it is: one finding under one line of policy. */
export const ReasonSchema = z
  .strictObject({
    rule: RuleIdSchema,
    /** Level under the policy, which may differ from the rule's default. */
    level: LevelSchema,
    /** What this reason alone asks for. */
    outcome: OutcomeSchema,
    message: z.string().max(2000),
    artifact: DigestSchema.optional(),
    locations: z.array(LocationSchema).max(50),
    /** The line of policy that decided, as `path (origin)`. */
    policyLine: z.string().max(400),
    action: z.string().max(1000),
    fix: FixSchema.optional(),
    fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
    extent: z.array(z.string().max(300)).max(2000),
    /** Set when a waiver or an acceptance took the sting out; the outcome above is then approve. */
    settled: z.strictObject({ by: z.enum(['waiver', 'acceptance']), who: z.string(), reason: z.string() }).optional(),
  })
  .meta({ id: 'Reason' });
export type Reason = z.infer<typeof ReasonSchema>;

/** The part that is hashed: the same bytes, policy, baseline and advisories give the same digest on any machine. */
export const DecisionSchema = z
  .strictObject({
    outcome: OutcomeSchema,
    plugin: z.strictObject({ name: PluginNameSchema, version: VersionSchema }).optional(),
    artifacts: z
      .array(
        z.strictObject({
          digest: DigestSchema,
          size: z.int().nonnegative(),
          build: z.string(),
          /** The approved artifact of the same build that this one was compared with. */
          baseline: DigestSchema.optional(),
        }),
      )
      .min(1)
      .max(256),
    policy: DigestSchema,
    rulesEdition: z.string().max(32),
    /** Digest of the approved artifact that this one was compared with. */
    baseline: z.strictObject({ digest: DigestSchema, size: z.int().nonnegative() }).optional(),
    advisories: DigestSchema.optional(),
    capabilities: z.strictObject({
      declared: z.array(CapabilitySchema),
      used: z.array(CapabilitySchema),
      added: z.array(CapabilitySchema),
      removed: z.array(CapabilitySchema),
    }),
    assumptions: z.array(z.string().max(200)),
    reasons: z.array(ReasonSchema),
  })
  .meta({ id: 'Decision' });
export type Decision = z.infer<typeof DecisionSchema>;

export const VerdictSchema = z
  .strictObject({
    schema: z.literal('assay.verdict/1'),
    /** sha256 of the JCS of `decision`. */
    digest: DigestSchema,
    decision: DecisionSchema,
    rules: z.record(RuleIdSchema, RuleDescriptorSchema),
    engine: z.strictObject({ assay: z.string() }),
  })
  .meta({ id: 'Verdict', description: 'approve, flag or reject, with the reasons' });
export type Verdict = z.infer<typeof VerdictSchema>;

/** The worst of several outcomes; approve for none. */
export function worstOutcome(outcomes: Iterable<Outcome>): Outcome {
  let worst: Outcome = 'approve';
  for (const outcome of outcomes) if (OUTCOMES.indexOf(outcome) > OUTCOMES.indexOf(worst)) worst = outcome;
  return worst;
}
