import type { Import } from '#model/module-facts';
import { quote } from './clip.ts';
import { skeleton } from './confusables.ts';
import { editDistance } from './edit-distance.ts';
import { EXTISM_USER_MODULE } from './host-abi/extism.ts';
import { KNOWN_MODULES } from './host-abi/known.ts';
import { importKey } from '#model/import-key';
import type { Draft, ReadRule } from './rule.ts';

const NAMES = [...new Set([...KNOWN_MODULES.map((known) => known.module), EXTISM_USER_MODULE, 'env'])];
const LOOKS: ReadonlyMap<string, string> = new Map(NAMES.map((name) => [skeleton(name), name]));
const LONG = NAMES.filter((name) => name.length >= 8);
const SHORT = NAMES.filter((name) => name.length < 8 && name.length > 3);
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
    const functions = new Map<string, Import[]>();
    for (const item of facts.imports) {
      const group = functions.get(item.module);
      if (group === undefined) functions.set(item.module, [item]);
      else group.push(item);
    }
    for (const [module, items] of functions) {
      const imitation = module === '' ? undefined : imitated(module, items);
      if (imitation === undefined) continue;
      const { meant, item } = imitation;
      drafts.push({
        subject: module,
        message: `imports from ${quote(module)}, which is easily read as "${meant}"`,
        locations: [{ offset: item.offset, section: 'import', import: importKey(item) }],
        extent: [module],
      });
    }
    return drafts;
  },
};

/** The well-known module that this name could be taken for, and the first import that shows it. */
function imitated(module: string, items: readonly Import[]): { meant: string; item: Import } | undefined {
  const [first] = items;
  if (first === undefined || NAMES.includes(module) || INNOCENT.has(module) || module.length > 200) return undefined;
  const look = skeleton(module);
  const meant = LOOKS.get(look) ?? LONG.find((known) => editDistance(look, known, 2) <= 2);
  if (meant !== undefined) return { meant, item: first };
  // A name of four letters is near many words: it counts only when it also offers a well-known function.
  const short = SHORT.find((known) => editDistance(look, known, 1) <= 1);
  const telling = short === undefined ? undefined : items.find((item) => FUNCTIONS.has(item.name));
  return short === undefined || telling === undefined ? undefined : { meant: short, item: telling };
}
