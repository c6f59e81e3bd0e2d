import {
  ACCEPTANCES,
  ADVISORIES,
  BASELINE,
  FAIL_ON,
  OUT,
  PATH,
  POLICY,
  SUMMARY,
  TIMEOUT,
  VERDICT_OUTPUTS,
} from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const check = defineAction({
  folder: '',
  title: 'Assay',
  description:
    'Builds a WebAssembly plugin, audits its bytes and decides by policy: approve, flag or reject, with reasons.',
  inputs: {
    path: PATH,
    policy: POLICY,
    baseline: BASELINE,
    acceptances: ACCEPTANCES,
    advisories: ADVISORIES,
    'fail-on': FAIL_ON,
    summary: SUMMARY,
    out: OUT,
    timeout: TIMEOUT,
  },
  outputs: VERDICT_OUTPUTS,
});
