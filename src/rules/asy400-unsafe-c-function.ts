import { listed } from './clip.ts';
import type { ReadRule } from './rule.ts';

const UNSAFE: ReadonlySet<string> = new Set([
  'gets',
  'strcpy',
  'strcat',
  'sprintf',
  'vsprintf',
  'stpcpy',
  'mktemp',
  'tmpnam',
  'alloca',
]);

/** Which characters one of them begins with. There may be a hundred thousand names, and asking a set costs a hash of each. */
const BEGINS = new Uint8Array(128);
for (const name of UNSAFE) BEGINS[name.charCodeAt(0)] = 1;

export const unsafeCFunction: ReadRule = {
  info: {
    id: 'ASY400',
    name: 'unsafe-c-function',
    row: 40,
    short: 'The module imports or exports C functions that do not check lengths',
    help: 'gets, strcpy, sprintf and their kin write as much as they are given. Linked in statically they are only seen where names survive.',
    certainty: 'heuristic',
    level: 'note',
    action: 'Use the variants with a length: snprintf, strlcpy.',
    since: '1',
  },
  read: ({ facts }) => {
    const names = new Set<string>();
    const look = (name: string | undefined) => {
      if (name !== undefined && BEGINS[name.charCodeAt(0)] === 1 && UNSAFE.has(name)) names.add(name);
    };
    for (const item of facts.imports) if (item.module === 'env') look(item.name);
    for (const item of facts.exports) look(item.name);
    for (const item of facts.functions) look(item.name);
    const found = [...names];
    return found.length === 0 ? [] : [{ message: `uses ${listed(found)}`, extent: found }];
  },
};
