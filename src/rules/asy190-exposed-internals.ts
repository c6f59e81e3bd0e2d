import { listed, quote } from './clip.ts';
import { MAX_LOCATIONS, type ReadRule } from './rule.ts';

const SHOWN = 5;

export const exposedInternals: ReadRule = {
  info: {
    id: 'ASY190',
    name: 'exposed-internals',
    row: 19,
    short: 'The module exports its table or a mutable global such as the stack pointer',
    help: 'A host that can write the function table or the stack pointer can redirect the module’s own calls. Toolchains often export the table (38 of 104 modules); it matters where other modules share the instance.',
    certainty: 'certain',
    level: 'note',
    action: 'Leave out the linker’s export of the table where the host needs none.',
    since: '1',
  },
  read: ({ facts }) => {
    if (facts.tables.length === 0 && facts.globals.mutable === 0) return [];
    const exposed = facts.exports.filter(
      ({ type }) => type.kind === 'table' || (type.kind === 'global' && type.mutable),
    );
    if (exposed.length === 0) return [];
    const first = exposed.slice(0, SHOWN);
    return [
      {
        message: `exports ${listed(
          first.map((item) => `the ${item.type.kind} ${quote(item.name)}`),
          SHOWN,
          exposed.length,
        )}`,
        locations: exposed
          .slice(0, MAX_LOCATIONS)
          .map((item) => ({ offset: item.offset, section: 'export', export: item.name })),
        extent: exposed.map((item) => `${item.type.kind} ${item.name}`),
        fix: {
          kind: 'flags',
          description: 'hide the table',
          flags: {
            clang: ['remove -Wl,--export-table'],
            'zig-cc': ['remove -Wl,--export-table'],
            assemblyscript: ['remove --exportTable'],
            rust: ['remove -C link-arg=--export-table'],
          },
        },
      },
    ];
  },
};
