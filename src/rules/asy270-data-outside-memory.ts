import { count64 } from './memory-size.ts';
import type { Draft, ReadRule } from './rule.ts';

const PAGE = 65_536n;
const MAX_FINDINGS = 50;

export const dataOutsideMemory: ReadRule = {
  info: {
    id: 'ASY270',
    name: 'data-outside-memory',
    row: 27,
    short: 'A data segment lies outside the initial memory',
    help: 'An active segment is copied when the module is instantiated. Beyond the initial size that traps, so the module can never be loaded as it is; with an imported memory it depends on the host.',
    certainty: 'certain',
    level: 'warning',
    action: 'Raise the initial memory, or place the segment inside it.',
    since: '1',
  },
  read: ({ facts }) => {
    const available = facts.memories.map((memory) => count64(memory.min) * BigInt(memory.pageSize ?? PAGE));
    const safe = available.map(Number);
    const drafts: Draft[] = [];
    let index = -1;
    for (const segment of facts.data) {
      index += 1;
      const most = available[segment.memory];
      if (segment.mode !== 'active' || segment.at === undefined || most === undefined) continue;
      // Modules have a hundred thousand segments; nearly all have addresses that are exact as plain numbers.
      if (typeof segment.at === 'number' && segment.at + segment.size <= (safe[segment.memory] ?? 0)) continue;
      const end = count64(segment.at) + BigInt(segment.size);
      if (end <= most) continue;
      drafts.push({
        subject: `segment ${index}`,
        message: `data segment ${index} ends at ${end}, but memory ${segment.memory} starts with ${most} bytes`,
        locations: [{ offset: segment.offset, section: 'data' }],
        extent: [`segment ${index}`],
      });
      if (drafts.length >= MAX_FINDINGS) break;
    }
    return drafts;
  },
};
