import { quote } from './clip.ts';
import { lastUpTo } from './last-up-to.ts';
import type { ReadRule } from './rule.ts';

export const brokenCustomSection: ReadRule = {
  info: {
    id: 'ASY70',
    name: 'broken-custom-section',
    row: 7,
    short: 'A custom section is duplicated or does not decode',
    help: 'Engines skip custom sections, so two tools may read them differently: the first or the last of a duplicate, a name that points nowhere, text that is no UTF-8. Toolchains write none of this.',
    certainty: 'certain',
    level: 'warning',
    action: 'Find the build step that writes the section; wasm-strip or wasm-opt --strip removes it.',
    since: '1',
  },
  read: ({ facts }) => {
    const customs = facts.sections.filter(({ custom }) => custom !== undefined);
    const offsets = customs.map(({ offset }) => offset);
    return facts.oddities
      .filter(({ what }) => what === 'duplicate-custom-section' || what === 'malformed-custom-section')
      .map(({ what, offset, detail }) => {
        const section = customs[lastUpTo(offsets, offset)];
        const name = section === undefined || section.offset > offset ? '' : (section.custom ?? '');
        return {
          subject: `${what} ${name}`,
          message: `the custom section ${quote(name)} is ${what === 'duplicate-custom-section' ? 'there more than once' : 'malformed'}: ${quote(detail, 300)}`,
          locations: [{ offset, section: name.slice(0, 200) }],
          extent: [`${what} ${name}`],
        };
      })
      .filter((draft, index, all) => all.findIndex((other) => other.subject === draft.subject) === index);
  },
};
