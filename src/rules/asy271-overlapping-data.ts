import type { CoreModule } from '#wasm/core-module';
import type { Draft, ReadRule } from './rule.ts';

const MAX_FINDINGS = 20;

export const overlappingData: ReadRule = {
  info: {
    id: 'ASY271',
    name: 'overlapping-data',
    row: 27,
    short: 'Data segments overwrite each other',
    help: 'Later segments win at instantiation, so a reader of the file sees other data than the running module does. No toolchain writes overlapping segments.',
    certainty: 'certain',
    level: 'warning',
    action: 'Find the build step that patches the data, and let the linker lay it out.',
    since: '1',
  },
  read: ({ modules }) => modules.flatMap(overlaps).slice(0, MAX_FINDINGS),
};

function overlaps({ data }: CoreModule): Draft[] {
  const drafts: Draft[] = [];
  if (data.endInOrder !== undefined) return drafts;
  const { addresses, sizes } = data;
  for (const placed of data.placed().values()) {
    /** The segment that reaches furthest, and the address behind it. */
    let widest = 0;
    let end = 0;
    for (const index of placed) {
      const start = addresses[index] ?? 0;
      if (start < end) {
        drafts.push({
          subject: `segments ${widest} ${index}`,
          message: `data segments ${widest} and ${index} overlap at address ${start}`,
          locations: [{ offset: data.offsets[index] ?? 0, section: 'data' }],
          extent: [`segments ${widest} ${index}`],
        });
        if (drafts.length >= MAX_FINDINGS) return drafts;
      }
      if (start + (sizes[index] ?? 0) <= end) continue;
      widest = index;
      end = start + (sizes[index] ?? 0);
    }
  }
  return drafts;
}
