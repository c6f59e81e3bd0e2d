import { withArticle } from './clip.ts';
import { payloadsIn } from './payloads.ts';
import type { ReadRule } from './rule.ts';

export const nestedPayload: ReadRule = {
  info: {
    id: 'ASY430',
    name: 'nested-payload',
    row: 43,
    short: 'Data holds a program, an archive or a script',
    help: 'A module, an executable, a compressed stream or a script inside a data segment has not been audited. Self-extracting plugins and droppers carry one; so do tools that embed assets. Each is confirmed by what follows its magic number.',
    certainty: 'certain',
    level: 'warning',
    action: 'Ship it as a companion file with its own digest, or say what it is for.',
    since: '1',
  },
  read: ({ regions }) => {
    const kinds = new Map<string, number[]>();
    for (const region of regions) {
      if (region.kind !== 'data') continue;
      for (const { kind, position } of payloadsIn(region))
        kinds.set(kind, [...(kinds.get(kind) ?? []), region.offsetAt(position)]);
    }
    return [...kinds].map(([kind, offsets]) => ({
      subject: kind,
      message: `data holds ${offsets.length === 1 ? '' : `${offsets.length} times `}${withArticle(kind)}`,
      locations: offsets.map((offset) => ({ offset, section: 'data' })),
      extent: [`${kind}=${offsets.length}`],
    }));
  },
};
