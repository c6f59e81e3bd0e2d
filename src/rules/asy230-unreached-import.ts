import { listed, quote } from './clip.ts';
import { importKey } from '#model/import-key';
import { MAX_LOCATIONS, type ReadRule } from './rule.ts';

export const unreachedImport: ReadRule = {
  info: {
    id: 'ASY230',
    name: 'unreached-import',
    row: 23,
    short: 'An imported function that nothing in the module can reach',
    help: 'No export and no start function can reach the import, over direct or indirect calls. It costs the host a function to supply and readers a question; linkers leave such imports when sections are not collected.',
    certainty: 'sound',
    level: 'note',
    action: 'Link with dead code removed, so that the import disappears.',
    since: '1',
  },
  read: ({ facts }) => {
    if (facts.kind === 'component') return [];
    const reached = new Uint8Array(facts.imports.length);
    for (const group of facts.reachability.classes) for (const index of group.imports) reached[index] = 1;
    const idle = facts.imports.filter((item, index) => item.type.kind === 'func' && reached[index] === 0);
    if (idle.length === 0) return [];
    const keys = idle.map(importKey);
    return [
      {
        message: `nothing can reach ${idle.length === 1 ? 'the import' : `${idle.length} imports:`} ${listed(keys.map((key) => quote(key)))}`,
        locations: idle
          .slice(0, MAX_LOCATIONS)
          .map((item) => ({ offset: item.offset, section: 'import', import: importKey(item) })),
        extent: keys,
        fix: {
          kind: 'flags',
          description: 'let the linker or optimiser drop what is not used',
          // Linkers collect sections by default; what they leave hangs in a table.
          flags: { '*': ['wasm-opt --remove-unused-module-elements'] },
        },
      },
    ];
  },
};
