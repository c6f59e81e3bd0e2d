import type { ReadRule } from './rule.ts';

export const sharedMemory: ReadRule = {
  info: {
    id: 'ASY151',
    name: 'shared-memory',
    row: 15,
    short: 'A memory is shared between threads',
    help: 'Shared memory lets several agents change it at once. It needs a host with threads, makes runs differ from each other, and gives the fine clock that timing attacks need.',
    certainty: 'certain',
    level: 'warning',
    action: 'Build without threads, or explain why the plugin needs them.',
    since: '1',
  },
  read: ({ facts }) =>
    facts.memories.flatMap((memory, index) =>
      memory.shared === true
        ? [
            {
              subject: `memory ${index}`,
              message: `memory ${index} is shared`,
              locations: [{ section: memory.imported ? 'import' : 'memory' }],
              fix: {
                kind: 'flags' as const,
                description: 'build without threads',
                flags: { emscripten: ['remove -pthread'], clang: ['remove -pthread'] },
              },
            },
          ]
        : [],
    ),
};
