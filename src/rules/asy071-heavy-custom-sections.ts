import { entropy } from './secret-patterns.ts';
import { quote } from './clip.ts';
import type { Draft, ReadRule } from './rule.ts';

const SAMPLE = 64 * 1024;
const SMALL = 4096;
/** Bits a byte: compressed or encrypted data lies above, text, tables and code below. */
const DENSE = 7.5;
const SHARE = 0.5;

export const heavyCustomSections: ReadRule = {
  info: {
    id: 'ASY71',
    name: 'heavy-custom-sections',
    row: 7,
    short: 'Custom sections are most of the file, or look compressed or encrypted',
    help: 'Engines ignore custom sections, so they are a place to carry things. Debug data and symbols do not count (ASY340). Compressed or encrypted data has close to eight bits of entropy a byte. Measured over a sample, and information only.',
    certainty: 'heuristic',
    level: 'note',
    action: 'Ship large data as a companion file with its own digest.',
    since: '1',
  },
  read: ({ facts, regions }) => {
    const drafts: Draft[] = [];
    // Debug data and symbols are ASY340's to speak about.
    const custom = regions.filter(({ kind }) => kind === 'custom');
    const total = custom.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (total > SMALL && total > facts.size * SHARE) {
      drafts.push({
        subject: 'share',
        message: `custom sections are ${Math.round((100 * total) / facts.size)} % of the file`,
        counts: { share: Math.round((100 * total) / facts.size) },
      });
    }
    for (const region of regions) {
      if (region.kind !== 'custom' || region.bytes.length < SMALL || entropy(region.text.slice(0, SAMPLE)) < DENSE)
        continue;
      drafts.push({
        subject: region.name,
        message: `the custom section ${quote(region.name)} looks compressed or encrypted`,
        locations: [{ offset: region.offsetAt(0), section: region.name.slice(0, 200) }],
        extent: [region.name],
      });
    }
    return drafts;
  },
};
