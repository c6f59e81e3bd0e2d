import { withArticle } from './clip.ts';
import { wideReadings } from './encodings.ts';
import { payloadContents } from './payload-contents.ts';
import { isInBase64, type Payload, payloadsIn } from './payloads.ts';
import { type Region, regionOf } from './regions.ts';
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
    const kinds = new Map<string, { readonly offsets: number[]; readonly contents: string[] }>();
    const add = (region: Region, payloads: readonly Payload[], written: string): void => {
      const contents = payloadContents(region, payloads);
      for (const [bare, same] of Map.groupBy(payloads, (payload) => payload.kind)) {
        const kind = bare + written;
        const found = kinds.get(kind) ?? { offsets: [], contents: [] };
        kinds.set(kind, found);
        found.offsets.push(...same.map(({ position }) => region.offsetAt(position)));
        found.contents.push(...(contents.get(bare) ?? []));
      }
    };
    for (const region of regions) {
      if (region.kind !== 'data') continue;
      add(region, payloadsIn(region), '');
      for (const { bytes, encoding, at } of wideReadings(region)) {
        const text = regionOf('data', region.name, bytes, (position) => region.offsetAt(at(position)));
        add(text, payloadsIn(text).filter(isInBase64), ` in ${encoding}`);
      }
    }
    return [...kinds].map(([kind, { offsets, contents }]) => ({
      subject: kind,
      message: `data holds ${offsets.length === 1 ? '' : `${offsets.length} times `}${withArticle(kind)}`,
      locations: offsets.map((offset) => ({ offset, section: 'data' })),
      extent: [`${kind}=${offsets.length}`, ...contents.map((digest) => `${kind} ${digest}`)],
    }));
  },
};
