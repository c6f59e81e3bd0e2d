import { ADVISORIES, OUT, PATH } from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const audit = defineAction({
  folder: 'audit',
  title: 'Assay audit',
  description: 'Reads modules without running them and reports facts and findings. It decides nothing.',
  inputs: {
    path: PATH,
    out: OUT,
    files: {
      kind: 'paths',
      description: 'Modules or components to audit, one a line. Default: what the build step left in out.',
    },
    advisories: ADVISORIES,
  },
  outputs: {
    reports:
      'Paths of the audit reports, one a line; where no engine loads a module, of what says so in the place of its report.',
    errors: 'How many findings are errors at their default level.',
    warnings: 'How many findings are warnings at their default level.',
  },
});
