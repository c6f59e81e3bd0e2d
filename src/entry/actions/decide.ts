import { ACCEPTANCES, BASELINE, FAIL_ON, OUT, PATH, POLICY, SUMMARY, VERDICT_OUTPUTS } from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const decide = defineAction({
  folder: 'decide',
  title: 'Assay decide',
  description: 'Approves, flags or rejects what was audited, by a policy, and says why.',
  inputs: {
    path: PATH,
    out: OUT,
    policy: POLICY,
    baseline: BASELINE,
    acceptances: ACCEPTANCES,
    gate: {
      kind: 'boolean',
      default: false,
      description: "Decide as a registry's gate does: a plugin without an approved version needs a person.",
    },
    'fail-on': FAIL_ON,
    summary: SUMMARY,
  },
  outputs: VERDICT_OUTPUTS,
});
