import type { Audited } from '#model/audit-refusal';
import type { Verdict } from '#model/verdict';
import { visible } from './visible-text.ts';

/**
 * The documents themselves, indented, nothing added: a report, a refusal, a Verdict, or a list of them. Characters that a
 * terminal would obey rather than show are written as `\uXXXX`, which is the same JSON.
 */
export function renderJson(documents: Audited | Verdict | readonly (Audited | Verdict)[]): string {
  const text = JSON.stringify(documents, null, 2);
  return `${text.replace(/[^\n\x20-\x7e]/gu, (character) => (visible(character) === character ? character : escapeUnits(character)))}\n`;
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
