import { quote } from './clip.ts';
import { importKey } from './import-names.ts';
import type { Draft, ReadRule, RuleInfo } from './rule.ts';

/** A rule about host functions of `env` that leave the sandbox by name; the rows differ only in which names. */
export function hostEvalRule(
  names: RegExp,
  info: Pick<RuleInfo, 'id' | 'name' | 'short' | 'help' | 'level' | 'action'>,
  does: string,
): ReadRule {
  return {
    info: { row: 16, certainty: 'certain', since: '1', ...info },
    read: ({ facts }) =>
      facts.imports.flatMap((item): Draft[] => {
        if (item.module !== 'env' || item.type.kind !== 'func' || !names.test(item.name)) return [];
        const key = importKey(item);
        return [
          {
            subject: key,
            message: `${does}: imports ${quote(key)}`,
            locations: [{ offset: item.offset, section: 'import', import: key }],
            extent: [key],
          },
        ];
      }),
  };
}
