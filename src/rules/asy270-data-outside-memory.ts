import { count64 } from './memory-size.ts';
import type { Draft, ReadRule } from './rule.ts';

const PAGE = 65_536n;

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
  read: ({ facts }) =>
    facts.data
      .flatMap((segment, index): Draft[] => {
        const memory = facts.memories[segment.memory];
        if (segment.mode !== 'active' || segment.at === undefined || memory === undefined) return [];
        const end = count64(segment.at) + BigInt(segment.size);
        const available = count64(memory.min) * BigInt(memory.pageSize ?? PAGE);
        if (end <= available) return [];
        return [
          {
            subject: `segment ${index}`,
            message: `data segment ${index} ends at ${end}, but memory ${segment.memory} starts with ${available} bytes`,
            locations: [{ offset: segment.offset, section: 'data' }],
            extent: [`segment ${index}`],
          },
        ];
      })
      .slice(0, 50),
};
