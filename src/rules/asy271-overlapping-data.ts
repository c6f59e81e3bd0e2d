import type { CoreModule } from '#wasm/core-module';
import type { DataSegments } from '#wasm/data-segments';
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
  if (inOrder(data)) return [];
  const placed: { index: number; memory: number; offset: number; start: number; size: number }[] = [];
  for (let index = 0; index < data.length; index += 1) {
    const start = data.addresses[index] ?? Number.NaN;
    const size = data.sizes[index] ?? 0;
    if (Number.isNaN(start) || size === 0) continue;
    placed.push({ index, memory: data.memories[index] ?? 0, offset: data.offsets[index] ?? 0, start, size });
  }
  placed.sort((a, b) => a.memory - b.memory || a.start - b.start || a.index - b.index);
  const drafts: Draft[] = [];
  let widest = placed[0];
  for (const segment of placed) {
    if (segment === widest) continue;
    if (widest !== undefined && widest.memory === segment.memory && segment.start < widest.start + widest.size) {
      drafts.push({
        subject: `segments ${widest.index} ${segment.index}`,
        message: `data segments ${widest.index} and ${segment.index} overlap at address ${segment.start}`,
        locations: [{ offset: segment.offset, section: 'data' }],
        extent: [`segments ${widest.index} ${segment.index}`],
      });
      if (drafts.length >= MAX_FINDINGS) break;
    }
    const further =
      widest === undefined ||
      widest.memory !== segment.memory ||
      segment.start + segment.size > widest.start + widest.size;
    if (further) widest = segment;
  }
  return drafts;
}

/** Whether all segments of one memory stand one behind the other, as linkers write them: nothing can overlap then. */
function inOrder({ length, addresses, sizes, memories }: DataSegments): boolean {
  const memory = memories[0];
  let end = 0;
  for (let index = 0; index < length; index += 1) {
    const start = addresses[index] ?? Number.NaN;
    const size = sizes[index] ?? 0;
    if (Number.isNaN(start) || size === 0) continue;
    if (memories[index] !== memory || start < end) return false;
    end = start + size;
  }
  return true;
}
