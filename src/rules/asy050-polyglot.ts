import { isAssayError } from '#model/errors';
import { decode } from '#wasm/facts';
import { quote, withArticle } from './clip.ts';
import type { Region } from './regions.ts';
import { type Payload, payloadsIn } from './payloads.ts';
import type { Draft, ReadRule } from './rule.ts';

const ZIP_END = 'PK\x05\x06';
/** A ZIP reader looks for its end record in this many bytes at the end of a file. */
const ZIP_TAIL = 65_557;
const MARKUP = /<(?:!doctype html|html|script|svg|iframe|\?php)[\s>]/i;

/** Documents that viewers recognise anywhere in a file. Names of symbols may look like markup. */
function documentsIn({ text }: Region): Payload[] {
  const pdf = text.indexOf('%PDF-1.');
  const markup = text.search(MARKUP);
  return [
    ...(pdf === -1 ? [] : [{ kind: 'PDF document', position: pdf }]),
    ...(markup === -1 ? [] : [{ kind: 'web page', position: markup }]),
  ];
}

/**
 * Whether a component at this place is only the description of a world that bindings generators leave behind
 * (`component-type`, tool conventions of the component model): types to the section's end, no code.
 */
function describesTypes({ kind, name, bytes }: Region, position: number): boolean {
  if (kind !== 'custom' || !/^component-type(?:$|:)/.test(name)) return false;
  try {
    const found = decode(bytes.subarray(position));
    return found.kind === 'component' && found.modules.length === 0;
  } catch (error) {
    if (isAssayError(error)) return false;
    throw error;
  }
}

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
  read: ({ bytes, regions, symbols }) => {
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
    for (const region of [...regions, ...symbols]) {
      if (region.kind !== 'custom' && region.kind !== 'symbols') continue;
      const found = [
        ...payloadsIn(region).filter(({ position }) => !describesTypes(region, position)),
        ...(region.kind === 'custom' ? documentsIn(region) : []),
      ];
      for (const { kind, position } of found.slice(0, 5)) {
        drafts.push({
          subject: `${kind} ${region.name}`,
          message: `the custom section ${quote(region.name)} holds ${withArticle(kind)}`,
          locations: [{ offset: region.offsetAt(position), section: region.name.slice(0, 200) }],
          extent: [`${kind} ${region.name}`],
        });
      }
    }
    return drafts;
  },
};
