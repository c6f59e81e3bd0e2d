import type { ReadRule } from './rule.ts';

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
              fix: {
                kind: 'flags' as const,
                description: 'set a maximum of 16 MiB, or what the plugin needs',
                flags: {
                  'zig-cc': ['-Wl,--max-memory=16777216'],
                  clang: ['-Wl,--max-memory=16777216'],
                  rust: ['-C', 'link-arg=--max-memory=16777216'],
                  assemblyscript: ['--maximumMemory', '256'],
                  emscripten: ['-sMAXIMUM_MEMORY=16MB'],
                },
              },
            },
          ]
        : [],
    ),
};
