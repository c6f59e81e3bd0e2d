import type { Import } from '#model/module-facts';
import { quote } from './clip.ts';
import { importKey } from '#model/import-key';
import type { Draft, ReadRule } from './rule.ts';

const MAX_FINDINGS = 50;

export const importedState: ReadRule = {
  info: {
    id: 'ASY150',
    name: 'imported-state',
    row: 15,
    short: 'The module shares a memory, a table or a mutable global with its host',
    help: 'An imported memory, table or mutable global belongs to somebody else, who can change it while the module runs: pointers and function references that the module trusts may not be its own. Dynamic libraries and Emscripten work this way; a plugin seldom has to.',
    certainty: 'certain',
    level: 'warning',
    action: 'Let the module define its own memory and table, and export the memory instead.',
    since: '1',
  },
  read: ({ facts }) =>
    facts.imports
      .filter(isShared)
      .slice(0, MAX_FINDINGS)
      .map((item): Draft => {
        const { type } = item;
        const key = importKey(item);
        return {
          subject: key,
          message: `imports the ${type.kind === 'global' ? 'mutable global' : type.kind} ${quote(key)}`,
          locations: [{ offset: item.offset, section: 'import', import: key }],
          extent: [key],
          fix: {
            kind: 'flags',
            description: 'define it in the module',
            flags: {
              assemblyscript: ['remove --importMemory and --importTable'],
              clang: ['remove --import-memory and --import-table'],
            },
          },
        };
      }),
};

/** A memory that threads share has to be imported; that it is shared is ASY151. */
function isShared({ type }: Import): boolean {
  if (type.kind === 'memory') return type.limits.shared !== true;
  return type.kind === 'table' || (type.kind === 'global' && type.mutable);
}
