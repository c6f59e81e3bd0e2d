import type { ModuleFacts } from '#model/module-facts';

/** A part of the file for the size picture. `name` of a custom section was chosen by the module. */
export interface SectionShare {
  readonly kind: 'code' | 'data' | 'custom' | 'other';
  readonly name: string;
  readonly size: number;
}

const SHOWN = 6;

/**
 * Where the bytes are: sections of one name added up, largest first, at most seven of them; the rest and the
 * headers between sections are one last `other`. The sizes add up to the file's size.
 */
export function sectionShares(facts: ModuleFacts): SectionShare[] {
  const bySection = new Map<string, SectionShare>();
  for (const section of facts.sections) {
    const custom = section.custom !== undefined;
    const name = section.custom ?? section.name;
    const key = `${custom ? 'custom' : 'known'} ${name}`;
    const size = (bySection.get(key)?.size ?? 0) + section.size;
    const kind = custom ? 'custom' : name === 'code' || name === 'data' ? name : 'other';
    bySection.set(key, { kind, name, size });
  }
  const sorted = [...bySection.values()].filter((share) => share.size > 0).sort((a, b) => b.size - a.size);
  const shown = sorted.slice(0, SHOWN);
  const rest = facts.size - shown.reduce((sum, share) => sum + share.size, 0);
  return rest > 0 ? [...shown, { kind: 'other', name: 'other', size: rest }] : shown;
}
