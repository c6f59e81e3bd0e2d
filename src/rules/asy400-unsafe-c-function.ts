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
    const names = new Set([
      ...facts.imports.filter((item) => item.module === 'env').map((item) => item.name),
      ...facts.exports.map((item) => item.name),
      ...facts.functions.flatMap((item) => item.name ?? []),
    ]);
    const found = [...names].filter((name) => UNSAFE.has(name));
    return found.length === 0 ? [] : [{ message: `uses ${listed(found)}`, extent: found }];
  },
};
