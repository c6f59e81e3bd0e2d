import { quote } from './clip.ts';
import { skeleton } from './confusables.ts';
import { editDistance } from './edit-distance.ts';
import { EXTISM_USER_MODULE } from './host-abi/extism.ts';
import { KNOWN_MODULES } from './host-abi/known.ts';
import { importKey } from './import-names.ts';
import type { Draft, ReadRule } from './rule.ts';

const NAMES = [...new Set([...KNOWN_MODULES.map((known) => known.module), EXTISM_USER_MODULE, 'env'])];
const FUNCTIONS: ReadonlySet<string> = new Set(KNOWN_MODULES.flatMap((known) => Object.keys(known.functions)));
/** Published names that lie one letter from another published name. */
const INNOCENT: ReadonlySet<string> = new Set([
  'wasi_snapshot_preview2',
  'wasi_snapshot_preview0',
  'GOT.mem',
  'GOT.func',
  'ext',
  'en',
]);

export const importTyposquat: ReadRule = {
  info: {
    id: 'ASY130',
    name: 'import-typosquat',
    row: 13,
    short: 'An import’s module is spelled almost like a well-known one',
    help: 'The module name differs from that of a published interface by a letter, by case, or only by characters that look alike. A reviewer reads the well-known name; the host links another. Short names such as env are compared by look only.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Use the published spelling, or a name that cannot be mistaken for it.',
    since: '1',
  },
  read: ({ facts }) => {
    const drafts: Draft[] = [];
    const seen = new Set<string>();
    for (const item of facts.imports) {
      if (item.module === '' || seen.has(item.module)) continue;
      const meant = imitated(item.module, item.name);
      if (meant === undefined) continue;
      seen.add(item.module);
      drafts.push({
        subject: item.module,
        message: `imports from ${quote(item.module)}, which is easily read as "${meant}"`,
        locations: [{ offset: item.offset, section: 'import', import: importKey(item) }],
        extent: [item.module],
      });
    }
    return drafts;
  },
};

/** The well-known module that this name could be taken for. */
function imitated(module: string, name: string): string | undefined {
  if (NAMES.includes(module) || INNOCENT.has(module) || module.length > 200) return undefined;
  const look = skeleton(module);
  const same = NAMES.find((known) => skeleton(known) === look);
  if (same !== undefined) return same;
  const near = NAMES.filter((known) => known.length >= 8).find((known) => editDistance(look, known, 2) <= 2);
  if (near !== undefined) return near;
  // A name of four letters is near many words: it counts only when it also offers a well-known function.
  const short = NAMES.filter((known) => known.length < 8 && known.length > 3).find(
    (known) => editDistance(look, known, 1) <= 1,
  );
  return short !== undefined && FUNCTIONS.has(name) ? short : undefined;
}
