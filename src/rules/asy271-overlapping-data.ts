import type { ModuleFacts } from '#model/module-facts';
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
  read: ({ facts }) => {
    if (inOrder(facts.data)) return [];
    const placed: { index: number; memory: number; offset: number; start: number; size: number }[] = [];
    let index = -1;
    for (const { mode, at, memory, offset, size } of facts.data) {
      index += 1;
      if (mode === 'active' && at !== undefined && size > 0)
        placed.push({ index, memory, offset, start: Number(at), size });
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
  },
};

/** Whether all segments of one memory stand one behind the other, as linkers write them: nothing can overlap then. */
function inOrder(data: ModuleFacts['data']): boolean {
  const memory = data[0]?.memory;
  let end = 0;
  for (const segment of data) {
    if (segment.mode !== 'active' || segment.at === undefined || segment.size === 0) continue;
    const start = Number(segment.at);
    if (segment.memory !== memory || start < end) return false;
    end = start + segment.size;
  }
  return true;
}
