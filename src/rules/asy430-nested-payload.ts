import { withArticle } from './clip.ts';
import { payloadContents } from './payload-contents.ts';
import { payloadsIn } from './payloads.ts';
import type { ReadRule } from './rule.ts';

export const nestedPayload: ReadRule = {
  info: {
    id: 'ASY430',
    name: 'nested-payload',
    row: 43,
    short: 'Data holds a program, an archive or a script',
    help: 'A module, an executable, a compressed stream or a script inside a data segment has not been audited. Self-extracting plugins and droppers carry one; so do tools that embed assets. Each is confirmed by what follows its magic number. An archive of nothing but time zones, as Go embeds it, is read like other data.',
    certainty: 'certain',
    level: 'warning',
    action: 'Ship it as a companion file with its own digest, or say what it is for.',
    since: '1',
  },
  read: ({ regions }) => {
    const kinds = new Map<string, { readonly offsets: number[]; readonly contents: string[] }>();
    for (const region of regions) {
      if (region.kind !== 'data') continue;
      const payloads = payloadsIn(region);
      const contents = payloadContents(region, payloads);
      for (const [kind, same] of Map.groupBy(payloads, (payload) => payload.kind)) {
        const found = kinds.get(kind) ?? { offsets: [], contents: [] };
        kinds.set(kind, found);
        found.offsets.push(...same.map(({ position }) => region.offsetAt(position)));
        found.contents.push(...(contents.get(kind) ?? []));
      }
    }
    return [...kinds].map(([kind, { offsets, contents }]) => ({
      subject: kind,
      message: `data holds ${offsets.length === 1 ? '' : `${offsets.length} times `}${withArticle(kind)}`,
      locations: offsets.map((offset) => ({ offset, section: 'data' })),
      extent: contents.map((digest) => `${kind} ${digest}`),
      counts: { [kind]: offsets.length },
    }));
  },
};
