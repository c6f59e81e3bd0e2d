import { listed, quote } from './clip.ts';
import type { ReadRule } from './rule.ts';

const SHOWN = 5;

export const exportedCode: ReadRule = {
  info: {
    id: 'ASY211',
    name: 'exported-code',
    row: 21,
    short: 'The component exports a component or core module for its host to instantiate',
    help: 'Such code gets its imports from whoever instantiates it, so that what it can reach stands neither in the imports of the component nor in its capabilities. Toolchains export functions and instances, and no code.',
    certainty: 'certain',
    level: 'warning',
    action: 'Export functions or instances, or publish the inner component as a plugin of its own.',
    since: '1',
  },
  read: ({ facts }) => {
    const names = facts.reachability.instantiable ?? [];
    if (names.length === 0) return [];
    const own = new Set(names);
    const first = names.slice(0, SHOWN).map((name) => quote(name));
    return [
      {
        message: `exports ${listed(first, SHOWN, names.length)} for others to instantiate`,
        locations: facts.exports
          .filter(({ name }) => own.has(name))
          .map(({ name, offset }) => ({ offset, section: 'export', export: name })),
        extent: names,
      },
    ];
  },
};
