import { quote } from './clip.ts';
import { nearest } from './edit-distance.ts';
import { KNOWN_MODULES } from './host-abi/known.ts';
import { importKey } from '#model/import-key';
import type { Draft, ReadRule } from './rule.ts';

export const unknownHostFunction: ReadRule = {
  info: {
    id: 'ASY111',
    name: 'unknown-host-function',
    row: 11,
    short: 'A published host interface has no function of that name',
    help: 'The import stands in the module of a published interface (WASI preview 1, Extism, waPC), whose functions are all known, and this is none of them. No conforming host supplies it, so either the name is wrong or the module means a host that smuggles something in under a trusted name.',
    certainty: 'certain',
    level: 'error',
    action:
      'Use a function that the interface defines, or put the host’s own functions under a module name of their own.',
    since: '1',
  },
  read: ({ facts }) =>
    facts.imports.flatMap((item): Draft[] => {
      const known = KNOWN_MODULES.find((candidate) => candidate.module === item.module);
      if (known === undefined || known.functions[item.name] !== undefined) return [];
      const key = importKey(item);
      const close = item.name.length > 200 ? undefined : nearest(item.name, Object.keys(known.functions));
      return [
        {
          subject: key,
          message: `imports ${quote(key)}, which ${known.interface} does not define${close === undefined ? '' : ` (nearest: ${close})`}`,
          locations: [{ offset: item.offset, section: 'import', import: key }],
          extent: [key],
        },
      ];
    }),
};
