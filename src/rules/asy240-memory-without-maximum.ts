import type { Fix } from '#model/audit-report';
import { memoryMaximumFix } from './memory-maximum-fix.ts';
import { pagesOf } from './memory-size.ts';
import type { ReadRule } from './rule.ts';

/** Pages in 16 MiB, and in 4 GiB. */
const STEP = 256;
const MOST = 65_536;

export const memoryWithoutMaximum: ReadRule = {
  info: {
    id: 'ASY240',
    name: 'memory-without-maximum',
    row: 24,
    short: 'A memory has no maximum',
    help: 'Without a maximum the module may grow its memory until the engine or the host refuses. Most toolchains set none, so this is information; a policy that sets limits.maximumMemoryPages asks a person instead (ASY241).',
    certainty: 'certain',
    level: 'note',
    action: 'Set a maximum when linking.',
    since: '1',
  },
  read: ({ facts }) =>
    facts.memories.flatMap((memory, index) =>
      memory.max === undefined
        ? [
            {
              subject: `memory ${index}`,
              message: `memory ${index} starts at ${memory.min} ${memory.min === 1 ? 'page' : 'pages'} and has no maximum`,
              locations: [{ section: memory.imported ? 'import' : 'memory' }],
              fix: suggested(Number(pagesOf(memory.min, memory))),
            },
          ]
        : [],
    ),
};

/** Room to grow to twice what a memory begins with, in steps of 16 MiB; less than it begins with does not link. */
function suggested(initial: number): Fix {
  const roomy = STEP * Math.max(1, Math.ceil((2 * initial) / STEP));
  const pages = Math.max(initial, Math.min(MOST, roomy));
  return memoryMaximumFix(pages, `set a maximum of ${pages / 16} MiB, or what the plugin needs`);
}
