import { listed, quote } from './clip.ts';
import { importKey } from '#model/import-key';
import { isMinified } from './import-names.ts';
import type { ReadRule } from './rule.ts';

export const minifiedImports: ReadRule = {
  info: {
    id: 'ASY140',
    name: 'minified-imports',
    row: 14,
    short: 'Imports have names that a minifier shortened, so what they do cannot be told',
    help: 'Names such as a.b say nothing. Emscripten’s optimiser writes them for pages that ship their own JavaScript (23 of 104 modules on npm), which is why its preset only informs; the capabilities behind them are unknown to this audit.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Build with readable import names (Emscripten: -sSTANDALONE_WASM, or -O1, or -g for this artifact).',
    since: '1',
  },
  read: ({ facts, abi }) => {
    const short = facts.imports.filter((item) => item.type.kind === 'func' && isMinified(item, abi.kind));
    if (short.length === 0) return [];
    const keys = short.map(importKey);
    return [
      {
        message: `${short.length} of ${facts.imports.length} imports have minified names: ${listed(keys.map((key) => quote(key)))}`,
        locations: short.map((item) => ({ offset: item.offset, section: 'import', import: importKey(item) })),
        counts: { imports: short.length },
        fix: {
          kind: 'flags',
          description: 'keep the names of imports',
          flags: { emscripten: ['-sSTANDALONE_WASM'] },
        },
      },
    ];
  },
};
