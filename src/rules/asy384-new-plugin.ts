import type { CompareRule } from './rule.ts';

export const newPlugin: CompareRule = {
  info: {
    id: 'ASY384',
    name: 'new-plugin',
    row: 38,
    short: 'A plugin of this name asks to be let into the registry for the first time',
    help: 'Names are given once. At a registry’s gate a person looks at a new one: who asks, what for, and what it could be mistaken for. A local check never says this.',
    certainty: 'certain',
    level: 'warning',
    action: 'Wait for a maintainer to accept the name.',
    since: '1',
  },
  scope: 'plugin',
  compare: ({ gate, previous, manifest }) =>
    gate && previous.length === 0 && manifest !== undefined
      ? [{ subject: manifest.name, message: `${manifest.name} is new to this registry`, extent: [manifest.name] }]
      : [],
};
