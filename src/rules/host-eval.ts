import { quote } from './clip.ts';
import { importKey } from '#model/import-key';
import type { Draft, ReadRule, RuleInfo } from './rule.ts';

/**
 * Where Emscripten's JavaScript is imported from: `env`, the `a` that its minifier writes for it, and the table
 * addresses of its functions.
 */
const MODULES: ReadonlySet<string> = new Set(['env', 'a', 'GOT.func']);

/**
 * A rule about host functions that leave the sandbox by name; the rows differ only in which names, and in where else
 * the same thing shows.
 */
export function hostEvalRule(
  names: RegExp,
  info: Pick<RuleInfo, 'id' | 'name' | 'short' | 'help' | 'level' | 'action'>,
  does: string,
  elsewhere: ReadRule['read'] = () => [],
): ReadRule {
  return {
    info: { row: 16, certainty: 'certain', since: '1', ...info },
    read: (context) => [
      ...context.facts.imports.flatMap((item): Draft[] => {
        const callable = item.type.kind === 'func' || item.module === 'GOT.func';
        if (!callable || !MODULES.has(item.module) || !names.test(item.name)) return [];
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
      ...elsewhere(context),
    ],
  };
}
