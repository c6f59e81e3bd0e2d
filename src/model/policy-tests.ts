import * as z from 'zod';
import { CapabilitySchema } from './capability.ts';
import { AbiSchema, RelativePathSchema } from './manifest.ts';
import { PluginNameSchema } from './names.ts';
import { RuleIdSchema } from './policy.ts';
import { OutcomeSchema } from './verdict.ts';

const PolicyTestCaseSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    module: RelativePathSchema.optional().meta({ description: 'Module or component to audit' }),
    report: RelativePathSchema.optional().meta({ description: 'Stored audit report, instead of a module' }),
    plugin: PluginNameSchema.optional().meta({ description: 'Name it is decided under, which waivers go by' }),
    abi: AbiSchema.optional().meta({ description: 'As in plugin.yaml; default: what the bytes look like' }),
    capabilities: z.array(CapabilitySchema).max(500).optional().meta({ description: 'As declared in plugin.yaml' }),
    baseline: RelativePathSchema.optional().meta({ description: 'Module or report of the last approved version' }),
    expect: OutcomeSchema,
    rules: z
      .array(RuleIdSchema)
      .max(100)
      .optional()
      .meta({ description: 'Rules that have to be among the reasons against it' }),
  })
  .refine((one) => (one.module === undefined) !== (one.report === undefined), 'needs either module or report')
  .meta({ id: 'PolicyTestCase' });
export type PolicyTestCase = z.infer<typeof PolicyTestCaseSchema>;

/** `policy-tests.yaml`: what a policy has to say about modules and reports that lie beside it. */
export const PolicyTestsSchema = z
  .strictObject({
    policy: z
      .string()
      .min(1)
      .max(300)
      .default('policy.yaml')
      .meta({ description: 'Preset, or file relative to this one; default policy.yaml' }),
    cases: z.array(PolicyTestCaseSchema).min(1).max(1000),
  })
  .meta({ id: 'PolicyTests', title: 'policy-tests.yaml', description: 'Expected verdicts of a policy' });
export type PolicyTests = z.infer<typeof PolicyTestsSchema>;
