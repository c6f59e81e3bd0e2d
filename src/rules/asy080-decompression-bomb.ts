import type { ReadRule } from './rule.ts';

export const decompressionBomb: ReadRule = {
  info: {
    id: 'ASY80',
    name: 'decompression-bomb',
    row: 8,
    short: 'A compressed section inflates past its limit',
    help: 'The dependency list of a Rust module (.dep-v0) is compressed, and tools inflate it. Past 2 MiB no honest list goes; a scanner without a limit would fill its memory.',
    certainty: 'certain',
    level: 'error',
    action: 'Build again with cargo auditable, or remove the section.',
    since: '1',
  },
  read: ({ dependencies }) =>
    dependencies.bomb === undefined
      ? []
      : [
          {
            message: 'the section .dep-v0 inflates to more than 2 MiB',
            locations: [{ offset: dependencies.bomb, section: '.dep-v0' }],
          },
        ],
};
