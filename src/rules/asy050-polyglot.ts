import { quote } from './clip.ts';
import { payloadsIn } from './payloads.ts';
import type { Draft, ReadRule } from './rule.ts';

const ZIP_END = 'PK\x05\x06';
/** A ZIP reader looks for its end record in this many bytes at the end of a file. */
const ZIP_TAIL = 65_557;
const MARKUP = /<(?:!doctype html|html|script|svg|iframe|\?php)[\s>]/i;

export const polyglot: ReadRule = {
  info: {
    id: 'ASY50',
    name: 'polyglot',
    row: 5,
    short: 'The file is also something else: an archive, a page, a program',
    help: 'Custom sections may hold anything, so one file can be a module to an engine and an archive, a web page or a program to another tool. What was audited is then not what the other tool runs.',
    certainty: 'certain',
    level: 'warning',
    action: 'Remove the custom section; ship the other content as a file of its own.',
    since: '1',
  },
  read: ({ bytes, regions }) => {
    const drafts: Draft[] = [];
    const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - ZIP_TAIL))).toString('latin1');
    const end = tail.lastIndexOf(ZIP_END);
    if (end !== -1 && end + 22 + tail.charCodeAt(end + 20) + 256 * tail.charCodeAt(end + 21) === tail.length) {
      drafts.push({
        subject: 'ZIP',
        message: 'the file ends like a ZIP archive and opens as one',
        locations: [{ offset: Math.max(0, bytes.length - ZIP_TAIL) + end }],
        extent: ['ZIP'],
      });
    }
    for (const region of regions) {
      if (region.kind !== 'custom') continue;
      const markup = MARKUP.exec(region.text);
      const found = [
        ...payloadsIn(region),
        ...(region.text.includes('%PDF-1.')
          ? [{ kind: 'PDF document', position: region.text.indexOf('%PDF-1.') }]
          : []),
        ...(markup === null ? [] : [{ kind: 'web page', position: markup.index }]),
      ];
      for (const { kind, position } of found.slice(0, 5)) {
        drafts.push({
          subject: `${kind} ${region.name}`,
          message: `the custom section ${quote(region.name)} holds a ${kind}`,
          locations: [{ offset: region.offsetAt(position), section: region.name.slice(0, 200) }],
          extent: [`${kind} ${region.name}`],
        });
      }
    }
    return drafts;
  },
};
