import { listed, quote } from './clip.ts';
import type { CompareRule } from './rule.ts';

export const rebuildMetadataDiffers: CompareRule = {
  info: {
    id: 'ASY372',
    name: 'rebuild-metadata-differs',
    row: 37,
    short: 'Building the source again gives the same code with other metadata',
    help: 'Everything an engine runs is the same; only custom sections such as names, debug data or build ids differ.',
    certainty: 'certain',
    level: 'note',
    action: 'Strip the artifact to make it reproducible to the byte.',
    since: '1',
  },
  compare: ({ report, rebuilt }) => {
    if (rebuilt === undefined || rebuilt.subject.digest === report.subject.digest) return [];
    if (rebuilt.facts.digests.code !== report.facts.digests.code) return [];
    const customs = [...report.facts.sections, ...rebuilt.facts.sections].flatMap((section) => section.custom ?? []);
    const names = [...new Set(customs)].toSorted();
    return [
      {
        message: `only custom sections differ from a rebuild: ${listed(names.map((name) => quote(name)))}`,
        extent: names,
      },
    ];
  },
};
