import type { ReadRule } from './rule.ts';

export const unreadableDependencies: ReadRule = {
  info: {
    id: 'ASY362',
    name: 'unreadable-dependencies',
    row: 36,
    short: 'The list of dependencies in the module cannot be read',
    help: 'A .dep-v0 section is there, but it does not inflate or is not the JSON that cargo-auditable writes, so nothing can be matched against it.',
    certainty: 'certain',
    level: 'note',
    action: 'Build again with a current cargo auditable.',
    since: '1',
  },
  read: ({ dependencies }) =>
    dependencies.unreadable.map(({ offset, why }) => ({
      message: `the section .dep-v0 cannot be read: ${why}`,
      locations: [{ offset, section: '.dep-v0' }],
    })),
};
